package plan

import (
	"golang.org/x/sys/unix"

	"isle/internal/program"
	"isle/internal/why"
)

// Mask hides what the kernel shows of the whole machine below /proc or /sys,
// and makes other parts of it read-only, as container engines do.
type Mask struct {
	Root *Root
	Base string // "/proc" or "/sys", a mount that was made before
	// Files are covered by the null device, Dirs by an empty directory; names
	// are relative to Base, and what does not exist is passed over.
	Files, Dirs, ReadOnly []string
}

// Words describes the step.
func (s *Mask) Words() string {
	words := ""
	list := func(what string, names []string) {
		if len(names) > 0 {
			if words != "" {
				words += "; "
			}
			words += what
			for i, n := range names {
				if i > 0 {
					words += ","
				}
				words += " " + s.Base + "/" + n
			}
		}
	}
	list("hide", append(s.Files[:len(s.Files):len(s.Files)], s.Dirs...))
	list("make read-only", s.ReadOnly)
	return words
}

// Facts describes the mount.
func (s *Mask) Facts() why.Facts {
	return why.Facts{Op: why.OpMount, Target: s.Base, FSType: "bind"}
}

// Shell prints the commands.
func (s *Mask) Shell(sh *Script) {
	base := s.Root.Dir + s.Base + "/"
	for _, n := range s.Files {
		sh.Line(Quote("mount", "--bind", "/dev/null", base+n) + " 2>/dev/null || :")
	}
	for _, n := range s.Dirs {
		sh.Line(Quote("mount", "-t", "tmpfs", "-o", "ro,size=0k", "tmpfs", base+n) + " 2>/dev/null || :")
	}
	for _, n := range s.ReadOnly {
		sh.Line("if [ -e " + Quote(base+n) + " ]; then " + Quote("mount", "--rbind", base+n, base+n) + "; " +
			Quote("mount", "-o", "remount,bind,ro,nosuid,nodev,noexec", base+n) + "; fi")
	}
}

// frozen appends the call that makes a bind of one of the host's devices
// read-only: it still takes what is written to it, but its mode and owner, which
// are the host's too, cannot be changed through it.
func frozen(l *Lowering, dir, name program.Arg, flags uint64) *program.Instr {
	attr := l.Words(program.Imm(unix.MOUNT_ATTR_RDONLY), program.Imm(0), program.Imm(0), program.Imm(0))
	return l.Call(unix.SYS_MOUNT_SETATTR, dir, name, program.Imm(flags), attr.Addr(0).As("{attr_set=MOUNT_ATTR_RDONLY}"), program.Imm(32))
}

// Lower works relative to the mount's own root, where names are the kernel's.
func (s *Mask) Lower(l *Lowering) {
	absent := []int{int(unix.ENOENT), int(unix.ENOTDIR), int(unix.EACCES)}
	l.Call(unix.SYS_FCHDIR, s.Root.resolveExact(l, s.Base, unix.O_PATH|unix.O_DIRECTORY).Result())
	mount := func(src, dst, fs program.Arg, flags uint64, data program.Arg) *program.Instr {
		return l.Call(unix.SYS_MOUNT, src, dst, fs, program.Imm(flags), data)
	}
	for _, n := range s.Files {
		gone, name, doing := l.Label("next"), l.Str(n), "hide "+s.Base+"/"+n
		i := mount(l.Str("/dev/null"), name, program.Null(), unix.MS_BIND, program.Null()).Called(doing)
		for _, e := range absent {
			i.OnErrno(e, gone)
		}
		frozen(l, program.Imm(unix.AT_FDCWD), name, 0).Called(doing)
		l.Mark(gone)
	}
	for i, n := range s.Dirs {
		// The first is an empty tmpfs, the others are binds of it: cheaper than one each.
		if i == 0 {
			mount(l.Str("tmpfs"), l.Str(n), l.Str("tmpfs"), unix.MS_RDONLY|unix.MS_NOSUID|unix.MS_NODEV|unix.MS_NOEXEC, l.Str("size=0k,mode=0555")).
				Called("hide " + s.Base + "/" + n)
			continue
		}
		mount(l.Str(s.Dirs[0]), l.Str(n), program.Null(), unix.MS_BIND, program.Null()).Called("hide " + s.Base + "/" + n)
	}
	for _, n := range s.ReadOnly {
		gone, name := l.Label("next"), l.Str(n)
		i := mount(name, name, program.Null(), unix.MS_BIND|unix.MS_REC, program.Null()).Called("bind " + s.Base + "/" + n)
		for _, e := range absent {
			i.OnErrno(e, gone)
		}
		mount(program.Null(), name, program.Null(), unix.MS_REMOUNT|unix.MS_BIND|unix.MS_RDONLY|unix.MS_NOSUID|unix.MS_NODEV|unix.MS_NOEXEC, program.Null()).
			Called("make " + s.Base + "/" + n + " read-only")
		l.Mark(gone)
	}
}
