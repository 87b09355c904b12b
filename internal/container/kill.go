package container

import (
	"errors"
	"fmt"
	"syscall"

	specs "github.com/opencontainers/runtime-spec/specs-go"
	"golang.org/x/sys/unix"

	"isle/ns"
)

// Kill sends a signal to the container's first process, or to all.
func (s Store) Kill(id string, sig syscall.Signal, all bool) error {
	c, err := s.Open(id)
	if err != nil {
		return err
	}
	defer c.Close()
	if all {
		return c.Cgroup.Signal(sig)
	}
	fd, err := c.pidfd()
	if err != nil {
		return err
	}
	defer unix.Close(fd)
	if err := unix.PidfdSendSignal(fd, sig, nil, 0); err != nil {
		return fmt.Errorf("send signal %d to container %s: %w", sig, id, err)
	}
	// A process that is frozen dies of it only once it is thawed; and without a
	// PID namespace of their own the others do not die with the first one.
	if sig != unix.SIGKILL {
		return nil
	}
	if frozen, _ := c.Cgroup.Frozen(); frozen {
		return c.Cgroup.Freeze(false)
	}
	if shared, err := c.sharesPids(); err == nil && shared {
		return c.Cgroup.Signal(sig)
	}
	return nil
}

// pidfd opens the container's process, which cannot come to be another one then.
func (c *Container) pidfd() (int, error) {
	if c.PID == 0 {
		return -1, c.notRunning()
	}
	fd, err := unix.PidfdOpen(c.PID, 0)
	if err != nil || !c.alive() {
		if err == nil {
			unix.Close(fd)
		}
		return -1, c.notRunning()
	}
	return fd, nil
}

// ErrNotRunning is the cause of an error of a verb that needs a process.
var ErrNotRunning = errors.New("container not running")

func (c *Container) notRunning() error { return fmt.Errorf("%s: %w", c.ID, ErrNotRunning) }

// sharesPids says whether the container has no PID namespace of its own.
func (c *Container) sharesPids() (bool, error) {
	spec, err := c.Spec()
	if err != nil {
		return false, err
	}
	for _, n := range spec.Linux.Namespaces {
		if n.Type == specs.PIDNamespace {
			return n.Path != "", nil
		}
	}
	return true, nil
}

// Pause freezes the container's processes, Resume lets them go on.
func (s Store) Pause(id string) error { return s.freeze(id, true) }

// Resume lets the container's processes go on.
func (s Store) Resume(id string) error { return s.freeze(id, false) }

func (s Store) freeze(id string, freeze bool) error {
	c, err := s.Lock(id)
	if err != nil {
		return err
	}
	defer c.Close()
	status, err := c.Status()
	if err != nil {
		return err
	}
	switch {
	case freeze && status != Running && status != Created:
		return fmt.Errorf("cannot pause a container that is %s: %s", status, id)
	case !freeze && status != Paused:
		return fmt.Errorf("cannot resume a container that is %s: %s", status, id)
	}
	return c.Cgroup.Freeze(freeze)
}

// Processes lists the pids of the container's processes.
func (s Store) Processes(id string) ([]int, error) {
	c, err := s.Open(id)
	if err != nil {
		return nil, err
	}
	defer c.Close()
	return c.Cgroup.Pids(true)
}

// Describe reads what there is to say of a process, nil if it is gone.
func Describe(pid int) *ns.Process {
	p, err := ns.ReadProcess(pid)
	if err != nil {
		return nil
	}
	p.ReadCommand()
	return p
}
