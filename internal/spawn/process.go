package spawn

import (
	"encoding/binary"
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

// Process is a running child. Its methods may be called from any goroutine,
// Release only when no other is being called.
type Process struct {
	Pid   int
	pidfd int
}

// Fd is the process's pidfd, open until Release.
func (p *Process) Fd() int { return p.pidfd }

// Signal sends sig; to a process that has ended it returns os.ErrProcessDone.
func (p *Process) Signal(sig syscall.Signal) error {
	if p.pidfd < 0 {
		return os.ErrProcessDone
	}
	err := unix.PidfdSendSignal(p.pidfd, sig, nil, 0)
	if err == unix.ESRCH {
		return os.ErrProcessDone
	}
	return os.NewSyscallError("pidfd_send_signal", err)
}

// Wait waits until the process has ended or, with stops, until it has been
// stopped by a signal, which it reports as a stopped status.
func (p *Process) Wait(stops bool) (syscall.WaitStatus, error) {
	options := unix.WALL
	if stops {
		options |= unix.WUNTRACED
	}
	var status syscall.WaitStatus
	err := wait4(p.Pid, &status, options)
	return status, os.NewSyscallError("wait4", err)
}

// Release closes the pidfd.
func (p *Process) Release() {
	if p.pidfd >= 0 {
		unix.Close(p.pidfd)
		p.pidfd = -1
	}
}

// settled reaps the first process if another went on in its place.
func (p *Process) settled(first *Process) *Process {
	if p != first {
		first.Wait(false)
		first.Release()
	}
	return p
}

// abandon ends the process and the first one: whatever they wait for will not come.
func (p *Process) abandon(first *Process) {
	p.settled(first)
	p.Signal(unix.SIGKILL)
	p.Wait(false)
	p.Release()
}

// request is the first word of a record, 0 of none.
func request(record []byte) int {
	if record == nil {
		return 0
	}
	return int(binary.LittleEndian.Uint64(record))
}
