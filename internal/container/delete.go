package container

import (
	"errors"
	"fmt"
	"time"

	"golang.org/x/sys/unix"

	"isle/internal/oci/resctrl"
)

// Delete removes a container that has ended, with its cgroups, and runs the
// hooks that come then. With force it ends it first, in whatever state it is,
// and one that does not exist is no error.
func (s Store) Delete(id string, force bool, o *Options) error {
	if force {
		s.interrupt(id)
	}
	c, err := s.Lock(id)
	if force && errors.Is(err, ErrNoContainer) {
		return nil
	}
	if half := (*unfinished)(nil); errors.As(err, &half) {
		return s.deleteUnfinished(id, force, err)
	}
	if err != nil {
		return err
	}
	defer c.Close()
	if err := c.deletable(force); err != nil {
		return err
	}
	_, unreadable := c.Spec() // for the hooks, while it is there
	if err := c.destroy(); err != nil {
		return err
	}
	if !force {
		o.warn(unreadable)
	}
	c.runPoststop(o.warn)
	return nil
}

// interrupt ends the processes of a container that another isle is working on,
// such as one that makes it: that one fails then, and gives the lock back.
func (s Store) interrupt(id string) {
	c, err := s.Open(id)
	if err != nil {
		return
	}
	defer c.Close()
	if c.busy() {
		c.end()
	}
}

// deletable makes sure that the process has ended.
func (c *Container) deletable(force bool) error {
	if c.PID == 0 || !c.alive() {
		return nil
	}
	if force {
		return c.end()
	}
	status, err := c.Status()
	if err != nil {
		return err
	}
	return fmt.Errorf("cannot delete a container that is %s: %s (kill it first, or delete with --force)", status, c.ID)
}

// deleteUnfinished removes what a create left that was killed before it had
// written anything down.
func (s Store) deleteUnfinished(id string, force bool, cause error) error {
	if !force {
		return fmt.Errorf("%w (isle oci delete --force %s removes it)", cause, id)
	}
	dir, err := s.open(id, true)
	if errors.Is(err, ErrNoContainer) {
		return nil
	}
	if err != nil {
		return err
	}
	defer dir.Close()
	return dir.remove()
}

// end kills the container's processes and waits until the first one is gone.
func (c *Container) end() error {
	var pidfd int
	if c.PID != 0 {
		if fd, err := unix.PidfdOpen(c.PID, 0); err == nil {
			defer unix.Close(fd)
			if c.alive() {
				pidfd = fd
				unix.PidfdSendSignal(fd, unix.SIGKILL, nil, 0)
			}
		}
	}
	if c.Cgroup != nil {
		if err := c.Cgroup.Signal(unix.SIGKILL); err != nil {
			return err
		}
	}
	if pidfd == 0 {
		return nil
	}
	return waitEnd(pidfd, c.ID)
}

// longestEnd is how long a killed process may take to end.
const longestEnd = 10 * time.Second

func waitEnd(pidfd int, id string) error {
	deadline := time.Now().Add(longestEnd)
	for {
		left := time.Until(deadline)
		n, err := unix.Poll([]unix.PollFd{{Fd: int32(pidfd), Events: unix.POLLIN}}, int(left.Milliseconds()))
		switch {
		case n > 0:
			return nil
		case err == unix.EINTR && left > 0:
		default:
			return fmt.Errorf("container %s was killed, but its process has not ended after %v: the kernel may be waiting for a device", id, longestEnd)
		}
	}
}

// destroy removes the groups and the directory.
func (c *Container) destroy() error {
	if c.Cgroup != nil {
		if err := c.Cgroup.Remove(); err != nil {
			return err
		}
	}
	c.unmount()
	if c.IntelRdt != "" {
		if err := resctrl.Remove(c.IntelRdt); err != nil {
			return err
		}
	}
	return c.dir.remove()
}

// discard removes a container because of an error, which it gives back: what the
// lifecycle of the specification calls to continue at step 12.
func (c *Container) discard(err error, o *Options) error {
	if left := c.destroy(); left != nil {
		return errors.Join(err, left)
	}
	c.runPoststop(o.warn)
	return err
}

// runPoststop runs the hooks that come when a container is gone. One that fails
// stops nothing (OCI runtime specification, "Lifecycle").
func (c *Container) runPoststop(warn func(error)) {
	if c.spec == nil || c.spec.Hooks == nil {
		return
	}
	for i := range c.spec.Hooks.Poststop {
		warn(c.runHooks("poststop", c.spec.Hooks.Poststop[i:i+1], Stopped, runHook))
	}
}
