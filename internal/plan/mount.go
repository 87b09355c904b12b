package plan

import (
	"strings"

	"golang.org/x/sys/unix"

	"isle/internal/program"
	"isle/internal/why"
)

// Propagation sets how mounts travel to and from the new mount namespace, for
// the mount at Target and all below it (mount_namespaces(7)).
type Propagation struct {
	Mode   string // "private", "slave", "shared"
	Target string
	// Tolerant ignores that Target is not a mount point.
	Tolerant bool
	// Flat leaves the mounts below Target alone.
	Flat bool
}

func (s *Propagation) flag() uint64 {
	switch s.Mode {
	case "private":
		return unix.MS_PRIVATE
	case "slave":
		return unix.MS_SLAVE
	case "unbindable":
		return unix.MS_UNBINDABLE
	}
	return unix.MS_SHARED
}

// Words describes the step.
func (s *Propagation) Words() string {
	words := map[string]string{
		"private": "make %s private, so that mounts neither leave nor enter",
		"slave":   "make %s a slave, so that mounts of the host still arrive but none leave",
		"shared":  "make %s shared, so that mounts travel both ways",

		"unbindable": "make %s unbindable, so that it travels nowhere and cannot be bound",
	}[s.Mode]
	target := s.Target
	if !s.Flat {
		target = "all mounts below " + target
	}
	return strings.Replace(words, "%s", target, 1)
}

// Facts gives the target.
func (s *Propagation) Facts() why.Facts { return why.Facts{Op: why.OpPropagate, Target: s.Target} }

// Shell prints the mount command.
func (s *Propagation) Shell(sh *Script) {
	r := "r"
	if s.Flat {
		r = ""
	}
	line := Quote("mount", "--make-"+r+s.Mode, s.Target)
	if s.Tolerant {
		line += " 2>/dev/null || :"
	}
	sh.Line(line)
}

// Lower adds the mount call.
func (s *Propagation) Lower(l *Lowering) {
	flags := s.flag()
	if !s.Flat {
		flags |= unix.MS_REC
	}
	i := l.Call(unix.SYS_MOUNT, l.Str("none"), l.Str(s.Target), program.Null(), program.Imm(flags), program.Null())
	if s.Target == "/" {
		i.Called("cannot change root filesystem propagation")
	} else {
		i.Called("cannot change " + s.Target + " filesystem propagation")
	}
	if s.Tolerant {
		i.Ignore(int(unix.EINVAL))
	}
}

// MountType mounts a file system by its type's name, on a path as it is then:
// the classic mount(2), for where no one else has a say in what the path means.
type MountType struct {
	Source, Target, Type, Data string
	Flags                      uint64 // MS_*
}

// Words describes the step.
func (s *MountType) Words() string {
	words := "mount a fresh " + s.Type + " on " + s.Target
	if o := s.options(); o != "" {
		words += " (" + o + ")"
	}
	return words
}

func (s *MountType) options() string {
	var o []string
	for _, f := range []struct {
		bit  uint64
		name string
	}{{unix.MS_RDONLY, "ro"}, {unix.MS_NOSUID, "nosuid"}, {unix.MS_NODEV, "nodev"}, {unix.MS_NOEXEC, "noexec"}} {
		if s.Flags&f.bit != 0 {
			o = append(o, f.name)
		}
	}
	if s.Data != "" {
		o = append(o, s.Data)
	}
	return strings.Join(o, ",")
}

// Facts gives source, target and type.
func (s *MountType) Facts() why.Facts {
	return why.Facts{Op: why.OpMount, Source: s.Source, Target: s.Target, FSType: s.Type}
}

// Shell prints the mount command.
func (s *MountType) Shell(sh *Script) {
	words := []string{"mount", "-t", s.Type}
	if o := s.options(); o != "" {
		words = append(words, "-o", o)
	}
	sh.Command(append(words, s.Source, s.Target)...)
}

// Lower adds the mount call.
func (s *MountType) Lower(l *Lowering) {
	data := program.Null()
	if s.Data != "" {
		data = l.Str(s.Data)
	}
	l.Call(unix.SYS_MOUNT, l.Str(s.Source), l.Str(s.Target), l.Str(s.Type), program.Imm(s.Flags), data).
		Called("mount " + s.Target + " failed")
}

// Register adds an interpreter of executables to a binfmt_misc file system, and
// with it to the user namespace that this one belongs to (binfmt_misc,
// Documentation/admin-guide/binfmt-misc.rst).
type Register struct{ Dir, Interpreter string }

// Words describes the step.
func (s *Register) Words() string {
	return "register the interpreter " + s.Interpreter + " in " + s.Dir
}

// Facts gives the file.
func (s *Register) Facts() why.Facts { return why.Facts{Op: why.OpFile, Target: s.Dir + "/register"} }

// Shell writes the line.
func (s *Register) Shell(sh *Script) {
	sh.Line("printf %s " + Quote(s.Interpreter) + " >" + Quote(s.Dir+"/register"))
}

// Lower writes the line.
func (s *Register) Lower(l *Lowering) {
	writeFile(l.Builder, program.Imm(unix.AT_FDCWD), s.Dir+"/register", s.Interpreter, "write failed "+s.Dir+"/register")
}
