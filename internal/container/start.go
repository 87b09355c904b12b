package container

import (
	"errors"
	"fmt"
	"os"

	specs "github.com/opencontainers/runtime-spec/specs-go"
	"golang.org/x/sys/unix"

	"isle/sandbox"
)

// Start lets the process of a container that was created execute its program.
func (s Store) Start(id string, o *Options) error {
	c, err := s.Lock(id)
	if err != nil {
		return err
	}
	defer c.Close()
	gate, err := c.dir.dial(0)
	if errors.Is(err, unix.EAGAIN) {
		return fmt.Errorf("the process of container %s does not look who starts it for %v: it may be stopped (isle oci kill %s CONT lets it go on)", id, longestSend, id)
	}
	if err != nil {
		return c.notCreated("start")
	}
	defer gate.Close()
	spec, err := c.Spec()
	if err != nil {
		return err
	}
	if len(spec.Process.Args) == 0 {
		return fmt.Errorf("cannot start container %s: its configuration has no process", id)
	}
	if h := spec.Hooks; h != nil {
		if err := c.runHooks("startContainer", h.StartContainer, Created, c.inside(c.PID)); err != nil {
			return c.abort(err, o)
		}
	}
	if err := c.letGo(gate, spec); err != nil {
		return err
	}
	unix.Unlinkat(c.dir.fd, gateFile, 0)
	return c.poststart(spec, o)
}

// letGo has the process go on from its gate, and ends it if it says that it failed.
func (c *Container) letGo(gate *os.File, spec *specs.Spec) error {
	process, err := c.pidfd()
	if err != nil {
		return err
	}
	defer unix.Close(process)
	var agent func(fd int) error
	if spec.Linux.Seccomp != nil {
		agent = func(fd int) error { return c.notify(spec, fd) }
	}
	err = sandbox.OpenGate(gate, process, agent)
	switch {
	case err == nil:
		return nil
	case errors.Is(err, sandbox.ErrNotWaiting): // it has ended, or somebody else started it
		return c.notCreated("start")
	}
	return errors.Join(err, c.end()) // it ends by itself, or waits for what it does not get
}

func (c *Container) poststart(spec *specs.Spec, o *Options) error {
	if spec.Hooks == nil {
		return nil
	}
	if err := c.runHooks("poststart", spec.Hooks.Poststart, Running, runHook); err != nil {
		return c.abort(err, o)
	}
	return nil
}

// abort ends a container of whose start a hook failed, and removes it: to an
// engine that deletes it afterwards it is one that does not exist.
func (c *Container) abort(err error, o *Options) error {
	if alive := c.end(); alive != nil {
		return errors.Join(err, alive)
	}
	return c.discard(err, o)
}

// notCreated says why there is nothing to be started.
func (c *Container) notCreated(verb string) error {
	status, err := c.Status()
	if err != nil {
		return err
	}
	return fmt.Errorf("cannot %s a container that is %s: %s", verb, status, c.ID)
}

// notify sends the descriptor of a seccomp filter to the agent that decides on
// its calls (OCI runtime specification, "The Container Process State").
func (c *Container) notify(spec *specs.Spec, fd int) error {
	defer unix.Close(fd)
	state, err := c.State(Creating)
	if err != nil {
		return err
	}
	seccomp := spec.Linux.Seccomp
	message, err := processState(state, c.PID, seccomp.ListenerMetadata)
	if err != nil {
		return err
	}
	return sendRights(seccomp.ListenerPath, message, fd)
}
