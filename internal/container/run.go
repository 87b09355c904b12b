package container

import (
	"os"
	"syscall"
)

// Session is a container that this process has started and will wait for.
type Session struct{ b *birth }

// Run makes a container and starts it at once. What fails leaves nothing behind.
func (s Store) Run(id string, o *Options) (*Session, error) {
	b, err := s.begin(id, o)
	if err != nil {
		return nil, err
	}
	b.direct = true
	err = b.carryOut()
	if err == nil && b.spec.Hooks != nil {
		err = b.runHooks("poststart", b.spec.Hooks.Poststart, Running, runHook)
	}
	if err != nil {
		return nil, b.undo(err)
	}
	b.dir.unlock()
	return &Session{b}, nil
}

// PID is the pid of the container's process.
func (s *Session) PID() int { return s.b.PID }

// Wait waits for the process's end. One that criu has made is this one's child too.
func (s *Session) Wait() (status syscall.WaitStatus, err error) {
	if s.b.process != nil {
		return s.b.process.WaitStatus(false)
	}
	for {
		if _, err = syscall.Wait4(s.b.PID, &status, 0, nil); err != syscall.EINTR {
			return status, os.NewSyscallError("wait4", err)
		}
	}
}

// Leave leaves the container alone, which goes on by itself.
func (s *Session) Leave() { s.b.Close() }

// Finish removes the container, whose process has ended. Somebody else may have
// done so already.
func (s *Session) Finish() error {
	defer s.b.Close()
	if err := s.b.dir.lock(); err != nil {
		return err
	}
	if s.b.dir.gone() {
		return nil
	}
	if err := s.b.destroy(); err != nil {
		return err
	}
	s.b.runPoststop(s.b.o.warn)
	return nil
}
