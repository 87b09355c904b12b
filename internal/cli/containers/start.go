package containers

import (
	"errors"
	"fmt"

	"isle/internal/cli/verb"
	"isle/internal/engine"
	"isle/internal/engine/hold"
	"isle/internal/getopt"
)

// What isle start is for.
const (
	StartAbout = `Start containers that were created, or have ended, as they were asked to be. With
--attach isle shows what the container prints until it ends, and its exit status is
that of the container; with --interactive what is typed goes to it too.`
	StartExample = `isle start web
# At the terminal of a shell that had ended
isle start --attach --interactive box`
)

// StartFlags is the table of options of start.
func StartFlags() []getopt.Option {
	return []getopt.Option{
		flag("all", 0, "all containers that do not run"),
		flag("attach", 'a', "show what the container prints, until it ends"),
		detachKeys, filters,
		flag("interactive", 'i', "type what is typed into the container"),
		newest, sigProxy, verb.Help,
	}
}

func startVerb() *verb.Verb {
	return newVerb("start", ContainersOperands, StartAbout, StartFlags(), 0, -1)
}

// Start starts containers.
func Start(prog string, args []string) int {
	return startVerb().Main(prog, args, func(c *verb.Command) error {
		if c.On("attach") || c.On("interactive") {
			return startAttached(prog, c)
		}
		return act(c, down, startStatus, startBehind)
	})
}

// down are the containers that have no processes.
func down(s engine.Seen) bool { return !up(s) }

// startStatus is what the exit status is if a container could not be started.
func startStatus(err error) int {
	var f *hold.Failure
	if errors.As(err, &f) {
		return f.Status
	}
	return failure
}

// startBehind starts a container in the background; one that runs already is left.
func startBehind(e *engine.Engine, o *engine.Container) error {
	if err := e.Refresh(o); err != nil {
		return err
	}
	if o.Up() {
		return nil
	}
	_, err := startMonitored(e, o, nil)
	return err
}

// startAttached starts a container and stays at its streams.
func startAttached(prog string, c *verb.Command) error {
	e, err := engine.Open()
	if err != nil {
		return err
	}
	targets, err := targets(e, c, down)
	if err != nil {
		return err
	}
	if len(targets) != 1 {
		return errors.New("--attach and --interactive are for one container")
	}
	o := targets[0].Container
	if err := targets[0].err; err != nil {
		return fmt.Errorf("start %w", err)
	}
	if err := e.Refresh(o); err != nil {
		return err
	}
	cl, err := startClient(c, o)
	if err != nil {
		return err
	}
	status, err := 0, error(nil)
	if o.Up() {
		status, err = cl.attach(o, func() (int, error) { return o.State.PID, nil })
	} else {
		status, err = startMonitored(e, o, cl)
	}
	if err != nil {
		status = failed(prog, err)
	}
	if status != 0 {
		return verb.Status(status)
	}
	return nil
}

// startClient is this command at the streams of a container that it starts.
func startClient(c *verb.Command, o *engine.Container) (*client, error) {
	var keys *string
	if c.Has("detach-keys") {
		text := c.Value("detach-keys")
		keys = &text
	}
	cl, err := newClient(&o.Request, keys)
	if err != nil {
		return nil, err
	}
	cl.stdin = c.On("interactive") && o.Request.OpenStdin
	cl.stdout, cl.stderr = c.On("attach"), c.On("attach")
	cl.proxy = c.Value("sig-proxy") != "false" && c.On("attach")
	cl.whole = c.On("attach")
	return cl, nil
}
