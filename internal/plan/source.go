package plan

import (
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"

	"isle/internal/program"
	"isle/internal/why"
	"isle/ns"
)

// Source says where a namespace to be joined is found. Exactly one of the ways
// is set: a path, an id, the file of a target, the network of a socket that a
// target has open, or the parent of another source.
type Source struct {
	Kind   ns.Kind
	Path   string
	ID     uint64 // of the namespace (NS_GET_ID)
	Target *Target
	// Children stands for the namespace that the target's children will be in.
	Children bool
	Socket   int // descriptor number in Target, -1 if none
	Parent   *Source
}

const (
	ioctlNsGetUserns = 0xb701
	siocgskns        = 0x894c
	fdNsfsRoot       = -10003 // FD_NSFS_ROOT, fcntl.h
	fileidNsfs       = 0xf1   // FILEID_NSFS, exportfs.h
)

func (s *Source) words() string {
	switch {
	case s.Parent != nil:
		return "that owns the one " + s.Parent.words()
	case s.Path != "":
		return "at " + s.Path
	case s.Target == nil:
		return fmt.Sprintf("with id %d", s.ID)
	case s.Socket >= 0:
		return fmt.Sprintf("of socket %d of process %d", s.Socket, s.Target.PID)
	}
	if s.Children {
		return fmt.Sprintf("of the children of process %d", s.Target.PID)
	}
	return fmt.Sprintf("of process %d", s.Target.PID)
}

func (s *Source) path() string {
	switch {
	case s.Path != "":
		return s.Path
	case s.Target == nil:
		return fmt.Sprintf("namespace of id %d", s.ID)
	}
	return fmt.Sprintf("/proc/%d/%s", s.Target.PID, s.file())
}

// file is the namespace's file in /proc/PID.
func (s *Source) file() string {
	if s.Children {
		return "ns/" + s.Kind.FileForChildren()
	}
	return "ns/" + s.Kind.File()
}

// addPath adds the path of a namespace's file and, if it is a process's own,
// the process.
func (s *Source) addPath(f *why.Facts) {
	if s.Path == "" {
		return
	}
	f.Target = s.Path
	if rest, ok := strings.CutPrefix(s.Path, "/proc/"); ok && f.PID == 0 {
		pid, _, _ := strings.Cut(rest, "/")
		f.PID, _ = strconv.Atoi(pid)
	}
}

// target is the process that the namespace, or the one it owns, is taken from.
func (s *Source) target() *Target {
	if s.Parent != nil {
		return s.Parent.target()
	}
	return s.Target
}

func (s *Source) setns(l *Lowering, fd *program.Instr) *program.Instr {
	return l.Call(unix.SYS_SETNS, fd.Result(), program.Imm(s.Kind.Flag())).
		Called(s.joining())
}

// opening and joining name what an instruction does, in messages.
func (s *Source) opening() string { return "cannot open " + s.path() }

func (s *Source) joining() string {
	return "reassociate to namespace 'ns/" + s.Kind.File() + "' failed"
}

// open adds the instructions that give a descriptor of the namespace.
func (s *Source) open(l *Lowering) *program.Instr {
	switch {
	case s.Parent != nil:
		fd := s.Parent.open(l)
		return l.Call(unix.SYS_IOCTL, fd.Result(), program.Named(ioctlNsGetUserns, "NS_GET_USERNS"), program.Imm(0)).
			Called("ioctl NS_GET_USERNS failed")
	case s.Path == "" && s.Target == nil:
		return s.openID(l)
	case s.Target != nil && s.Socket >= 0:
		socket := l.Call(unix.SYS_PIDFD_GETFD, s.Target.pidfd.Result(), program.Imm(s.Socket), program.Imm(0)).
			Called(fmt.Sprintf("failed to obtain descriptor %d of PID %d", s.Socket, s.Target.PID))
		return l.Call(unix.SYS_IOCTL, socket.Result(), program.Named(siocgskns, "SIOCGSKNS"), program.Imm(0)).
			Called("ioctl SIOCGSKNS failed")
	case s.Path != "":
		return l.Call(unix.SYS_OPENAT, program.Imm(unix.AT_FDCWD), l.Str(s.Path), program.Imm(unix.O_RDONLY|unix.O_CLOEXEC)).
			Called(s.opening())
	}
	return l.Call(unix.SYS_OPENAT, s.Target.proc(l), l.Str(s.file()), program.Imm(unix.O_RDONLY|unix.O_CLOEXEC)).
		Called(s.opening())
}

// openID opens a namespace by its id through a file handle of nsfs.
func (s *Source) openID(l *Lowering) *program.Instr {
	handle := l.Words(program.Imm(uint64(fileidNsfs)<<32|16), program.Imm(s.ID), program.Imm(0))
	return l.Call(unix.SYS_OPEN_BY_HANDLE_AT, program.Imm(fdNsfsRoot).As("FD_NSFS_ROOT"), handle.Addr(0),
		program.Imm(unix.O_RDONLY|unix.O_CLOEXEC)).Called(s.opening())
}
