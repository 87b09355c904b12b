package sandbox

import (
	"errors"
	"os"
	"sync"
	"syscall"

	"isle/internal/spawn"
)

// Process is a sandboxed process. Its methods may be called from any goroutine
// at any time: it is held by a pidfd, so that a signal never goes to another
// process which got its pid meanwhile (pidfd_open(2)).
type Process struct {
	p       *spawn.Process
	release func() // called when the process has ended
	ended   chan struct{}

	waiting sync.Mutex // held by the one that waits
	status  syscall.WaitStatus

	mu sync.Mutex // guards the pidfd against its closing
}

func newProcess(p *spawn.Process, release func()) *Process {
	return &Process{p: p, release: release, ended: make(chan struct{})}
}

// Pid is the process's pid as its parent sees it.
func (p *Process) Pid() int { return p.p.Pid }

// Signal sends a signal to the process, a syscall.Signal. To one that has
// ended it returns os.ErrProcessDone. PID 1 of a PID namespace gets only those
// signals from outside that it handles, and SIGKILL and SIGSTOP
// (pid_namespaces(7)).
func (p *Process) Signal(sig os.Signal) error {
	number, ok := sig.(syscall.Signal)
	if !ok {
		return errors.New("sandbox: unsupported signal type")
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.p.Fd() < 0 {
		return os.ErrProcessDone
	}
	return p.p.Signal(number)
}

// Release leaves the process to itself: nobody waits for it here any more.
func (p *Process) Release() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.p.Release()
}

// Kill sends SIGKILL.
func (p *Process) Kill() error { return p.Signal(syscall.SIGKILL) }

// wait waits for the end or, with stops, for a stop. Once the process has
// ended it gives the same answer again and asks the kernel no more.
func (p *Process) wait(stops bool) (syscall.WaitStatus, error) {
	p.waiting.Lock()
	defer p.waiting.Unlock()
	select {
	case <-p.ended:
		return p.status, nil
	default:
	}
	status, err := p.p.Wait(stops)
	if err != nil || status.Stopped() {
		return status, err
	}
	p.status = status
	p.mu.Lock()
	p.p.Release()
	p.mu.Unlock()
	close(p.ended)
	p.release()
	return status, nil
}
