package spawn

import (
	"errors"
	"os"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"

	"isle/internal/program"
)

// Spec says how to start a process that runs a program.
type Spec struct {
	Program *program.Builder
	Inner   *program.Builder // a program that Program executes and that reports over Control too
	Control *Control         // closed by Start in every case

	Flags uint64 // CLONE_NEW* for the clone
	Copy  bool   // the process gets a copy of memory instead of sharing it

	// Cgroup is a directory of cgroup version 2 that the process is born in
	// (CLONE_INTO_CGROUP); 0: this process's own.
	Cgroup int

	// Nested, if not nil, is where the program stores the pid of a child of its
	// own, made with CLONE_PARENT, that goes on in its place. A program that
	// shares no memory with this process says it with SendPid.
	Nested *program.Cell

	// Born, if not nil, is told the pid when the process is there; it does not
	// wait for that.
	Born func(pid int)

	// Parts are what the parent does when the process asks for it, by number.
	Parts []func(pid int) error
	// Files take the descriptors that the process hands over, by number.
	Files []func(fd int) error
}

// cloneArgs is struct clone_args up to set_tid (clone(2)).
type cloneArgs struct {
	flags, pidfd, childTID, parentTID, exitSignal, stack, stackSize, tls, setTID, setTIDSize, cgroup uint64
}

const cloneArgsFirst = 64 // their size before set_tid and cgroup

// errReturns is a program after whose end the child would go on as a second isle.
var errReturns = errors.New("spawn: the program of a process must execute another one or exit")

// Start makes the process and returns when its program has been executed. An
// error is a *Failure if an instruction failed, a *PartError if a part of the
// parent's did; then the process is gone.
func Start(s Spec) (*Process, error) {
	defer s.Control.Close()
	if s.Program.Ends() {
		return nil, errReturns
	}
	m, err := load(s.Program, s.Copy)
	if err != nil {
		return nil, err
	}
	defer m.free()
	first, err := clone(s, m)
	if err != nil {
		return nil, err
	}
	s.Control.closeChild()
	if s.Born != nil {
		s.Born(first.Pid)
	}
	return converse(s, m, first)
}

func clone(s Spec, m *memory) (*Process, error) {
	// In the program's memory, for Go may move what is on its stack.
	args := (*cloneArgs)(unsafe.Pointer(&m.spare()[0]))
	*args = cloneArgs{
		flags:      s.Flags | unix.CLONE_PIDFD | unix.CLONE_CLEAR_SIGHAND,
		pidfd:      uint64(uintptr(unsafe.Pointer(&args.tls))),
		exitSignal: uint64(unix.SIGCHLD),
	}
	if !s.Copy {
		args.flags |= unix.CLONE_VM
	}
	size := uintptr(cloneArgsFirst)
	if s.Cgroup > 0 {
		args.flags, args.cgroup, size = args.flags|unix.CLONE_INTO_CGROUP, uint64(s.Cgroup), unsafe.Sizeof(*args)
	}
	r := int(cloneQuietly(uintptr(unsafe.Pointer(args)), size, m.entry(), m.base))
	if r < 0 {
		return nil, &CloneError{s.Flags, syscall.Errno(-r)}
	}
	return &Process{Pid: r, pidfd: int(int32(args.tls))}, nil
}

// converse answers the process's requests until it executes its program or fails.
func converse(s Spec, m *memory, first *Process) (*Process, error) {
	current := first
	for {
		record, fd, err := s.Control.receive()
		if current == first && s.Nested != nil {
			next, noPidfd := second(m, *s.Nested, first)
			if current = next; err == nil {
				err = noPidfd
			}
		}
		if err == nil && record == nil {
			return current.settled(first), nil
		}
		if number := request(record); err == nil && number&requestPid != 0 {
			if current, err = successor(number&lowHalf, first); err == nil {
				err = s.resume()
			}
		} else if err == nil {
			err = s.answer(record, fd, current.Pid)
		}
		if err != nil {
			s.Control.Close()
			current.abandon(first)
			return nil, err
		}
	}
}

// second is the child that the program made, if it got that far. It is a child
// of this process, which has not waited for it, so its pid still is its own.
// Without a pidfd of it there is no use for it, and it is ended.
func second(m *memory, c program.Cell, first *Process) (*Process, error) {
	if pid := int(m.word(c)); pid != 0 {
		return successor(pid, first)
	}
	return first, nil
}

func successor(pid int, first *Process) (*Process, error) {
	if !ownChild(pid) {
		return first, errNonsense
	}
	fd, err := unix.PidfdOpen(pid, 0)
	p := &Process{Pid: pid, pidfd: fd}
	if err != nil {
		unix.Kill(pid, unix.SIGKILL)
		p.Wait(false)
		return first, os.NewSyscallError("pidfd_open", err)
	}
	return p, nil
}

// ownChild says whether a process is a child of this one: any other is none of
// its business, whoever names it.
func ownChild(pid int) bool {
	var info unix.Siginfo
	err := unix.EINTR
	for err == unix.EINTR {
		err, _ = unix.Waitid(unix.P_PID, pid, &info, unix.WEXITED|unix.WNOHANG|unix.WNOWAIT|unix.WALL, nil).(unix.Errno)
	}
	return err == 0
}

func (s *Spec) answer(record []byte, fd, pid int) error {
	number := request(record)
	switch {
	case number&requestSync != 0:
		n := number & lowHalf
		if n >= len(s.Parts) {
			return errNonsense
		}
		if err := s.Parts[n](pid); err != nil {
			return &PartError{err}
		}
		return s.resume()
	case number&requestFile != 0:
		if fd < 0 { // the kernel drops one that this process has no number for
			return os.NewSyscallError("recvmsg", unix.EMFILE)
		}
		n := number & lowHalf
		if n >= len(s.Files) {
			unix.Close(fd)
			return errNonsense
		}
		if err := s.Files[n](fd); err != nil {
			return &PartError{err}
		}
		return nil
	}
	return failure(s.Program, s.Inner, record)
}

// errNonsense is a record that no program of isle's sends: the process is not
// its own master any more.
var errNonsense = errors.New("the process asked for something that is not in its plan")

// resume lets the process go on after a part. If it ended meanwhile, what it
// said of its failure before is the error.
func (s *Spec) resume() error {
	err := s.Control.acknowledge()
	if err == nil {
		return nil
	}
	if record, _, _ := s.Control.receive(); record != nil {
		return failure(s.Program, s.Inner, record)
	}
	return os.NewSyscallError("write", err)
}

// CloneError is a clone3 that failed.
type CloneError struct {
	Flags uint64
	Errno syscall.Errno
}

func (e *CloneError) Error() string { return "clone3: " + e.Errno.Error() }

// Unwrap gives the errno.
func (e *CloneError) Unwrap() error { return e.Errno }

// PartError is a part of the parent's that failed.
type PartError struct{ Err error }

func (e *PartError) Error() string { return e.Err.Error() }

// Unwrap gives the cause.
func (e *PartError) Unwrap() error { return e.Err }
