package plan

import (
	"strings"

	"golang.org/x/sys/unix"

	"isle/internal/program"
)

// lowerDetached makes the file system and sees to all of it before it has a
// place: once it has, whoever shares a directory above could exchange that for
// another one, and a path looked up again would lead elsewhere.
func (s *Fresh) lowerDetached(l *Lowering) {
	doing := "mount " + s.Type + " on " + s.Target
	var mode program.Cell
	if s.KeepMode {
		mode = s.coveredMode(l)
	}
	target := s.Root.target(l, s.Target, false, s.Exact)
	made, refused, placed := s.make(l), l.Label("refused"), l.Label("mounted")
	if s.Or != nil {
		for _, i := range made {
			i.OnErrno(int(unix.EPERM), refused).OnErrno(int(unix.EACCES), refused)
		}
	}
	mount := made[len(made)-1].Result()
	if s.KeepMode {
		kept := l.Label("mode kept")
		l.Test(mode.Load(0)).OnZero(kept)
		l.Call(unix.SYS_FCHMODAT, mount, l.Str("."), mode.Load(0)).Called("give " + s.Target + " the mode it had")
		l.Mark(kept)
	}
	if s.CopyUp != nil {
		s.copyUp(l, target, mount)
	}
	changes := s.Changes
	if s.Flags&unix.MS_RDONLY != 0 {
		changes = append([]Change{{Set: unix.MOUNT_ATTR_RDONLY}}, changes...)
	}
	for _, c := range changes {
		c.apply(l, mount).Called("set the mount flags of " + s.Target)
	}
	moveOnto(l, mount, target.Load(0)).Called(doing)
	l.Call(unix.SYS_CLOSE, mount).Ignore()
	l.Call(unix.SYS_CLOSE, target.Load(0)).Ignore().Then(placed)
	if s.Or != nil {
		l.Mark(refused)
		s.Or.onto(l, target)
	}
	l.Mark(placed)
}

// make appends the calls that make the file system with a mount that has no
// place yet: the last one's result is its descriptor (fsopen(2), fsmount(2)).
func (s *Fresh) make(l *Lowering) []*program.Instr {
	doing := "mount " + s.Type + " on " + s.Target
	context := l.Call(unix.SYS_FSOPEN, l.Str(s.Type), program.Named(unix.FSOPEN_CLOEXEC, "FSOPEN_CLOEXEC")).Called(doing)
	calls := []*program.Instr{context}
	configure := func(command uint64, name string, key, value program.Arg, doing string) {
		calls = append(calls, l.Call(unix.SYS_FSCONFIG, context.Result(), program.Named(command, name), key, value, program.Imm(0)).Called(doing))
	}
	configure(unix.FSCONFIG_SET_STRING, "FSCONFIG_SET_STRING", l.Str("source"), l.Str(s.Source), doing)
	for _, o := range s.superOptions() {
		with := doing + " with the option " + o
		if key, value, ok := strings.Cut(o, "="); ok {
			configure(unix.FSCONFIG_SET_STRING, "FSCONFIG_SET_STRING", l.Str(key), l.Str(strings.Trim(value, `"`)), with)
		} else {
			configure(unix.FSCONFIG_SET_FLAG, "FSCONFIG_SET_FLAG", l.Str(o), program.Null(), with)
		}
	}
	configure(unix.FSCONFIG_CMD_CREATE, "FSCONFIG_CMD_CREATE", program.Null(), program.Null(), doing)
	mount := l.Call(unix.SYS_FSMOUNT, context.Result(), program.Named(unix.FSMOUNT_CLOEXEC, "FSMOUNT_CLOEXEC"), program.Imm(s.attributes())).Called(doing)
	return append(calls, mount)
}

// superOptions are the options of the file system, those of mount(2)'s flags
// that are not the mount's among them.
func (s *Fresh) superOptions() []string {
	var list []string
	for _, f := range [...]struct {
		flag uint64
		name string
	}{{unix.MS_SYNCHRONOUS, "sync"}, {unix.MS_DIRSYNC, "dirsync"}, {unix.MS_MANDLOCK, "mand"}, {unix.MS_LAZYTIME, "lazytime"}} {
		if s.Flags&f.flag != 0 {
			list = append(list, f.name)
		}
	}
	start, quoted := 0, false
	for i := 0; i <= len(s.Data); i++ {
		switch {
		case i < len(s.Data) && s.Data[i] == '"':
			quoted = !quoted
		case i == len(s.Data) || s.Data[i] == ',' && !quoted:
			if o := s.Data[start:i]; o != "" {
				list = append(list, o)
			}
			start = i + 1
		}
	}
	return list
}

// attributes are the mount's own flags, but for read-only, which comes last.
func (s *Fresh) attributes() uint64 {
	var set uint64
	for _, f := range [...]struct{ flag, attribute uint64 }{
		{unix.MS_NOSUID, unix.MOUNT_ATTR_NOSUID}, {unix.MS_NODEV, unix.MOUNT_ATTR_NODEV}, {unix.MS_NOEXEC, unix.MOUNT_ATTR_NOEXEC},
		{unix.MS_NOSYMFOLLOW, unix.MOUNT_ATTR_NOSYMFOLLOW}, {unix.MS_NODIRATIME, unix.MOUNT_ATTR_NODIRATIME},
		{unix.MS_NOATIME, unix.MOUNT_ATTR_NOATIME}, {unix.MS_STRICTATIME, unix.MOUNT_ATTR_STRICTATIME},
	} {
		if s.Flags&f.flag != 0 {
			set |= f.attribute
		}
	}
	return set
}

// coveredMode is the mode of the directory that will be covered, 0 if it is
// made for the mount.
func (s *Fresh) coveredMode(l *Lowering) program.Cell {
	mode, stat, absent := l.Cell(8, "mode"), l.Cell(144, "stat"), l.Label("absent")
	covered := passAbsent(s.Root.resolve(l, s.Target, unix.O_PATH|unix.O_DIRECTORY), absent)
	fstatAt(l.Builder, covered.Result(), stat)
	l.And(stat.Load(statMode), program.Imm(0o7777)).Store(mode, 0)
	l.Mark(absent)
	return mode
}

// copyUp hands both directories to isle, which copies.
func (s *Fresh) copyUp(l *Lowering, covered program.Cell, mounted program.Arg) {
	var from int
	readable := func(dir program.Arg) *program.Instr {
		return l.Call(unix.SYS_OPENAT, dir, l.Str("."), program.Imm(unix.O_RDONLY|unix.O_DIRECTORY|unix.O_CLOEXEC)).Called("read " + s.Target + " in the root")
	}
	l.Hand(readable(covered.Load(0)), func(fd int) error { from = fd; return nil })
	l.Hand(readable(mounted), func(fd int) error {
		defer unix.Close(from)
		defer unix.Close(fd)
		return s.CopyUp(from, fd)
	})
	l.outside(Part{Step: l.step, Call: func(int) error { return nil }})
}
