package containers

import (
	"fmt"
	"strconv"

	"isle/internal/cli/verb"
	"isle/internal/engine"
	"isle/internal/getopt"
)

// What isle stop is for.
const (
	ContainersOperands = "CONTAINER..."
	StopAbout          = `Ask the program of a container to end, by its stop signal (SIGTERM unless the
container or its image says otherwise), and kill it when it has not ended after its
time, 10 seconds unless said otherwise. No restart policy starts it again. A
container that does not run is no error.`
	StopExample = `isle stop web
# All that run, without waiting for any
isle stop --all --time 0`
)

// StopFlags is the table of options of stop.
func StopFlags() []getopt.Option {
	return []getopt.Option{all, cidFiles, filters, ignore, newest, seconds, verb.Help}
}

func stopVerb() *verb.Verb { return newVerb("stop", ContainersOperands, StopAbout, StopFlags(), 0, -1) }

// Stop ends containers.
func Stop(prog string, args []string) int { return stopVerb().Main(prog, args, stop) }

func stop(c *verb.Command) error {
	long, err := patience(c)
	if err != nil {
		return err
	}
	return act(c, up, always125, func(e *engine.Engine, o *engine.Container) error { return stopOne(e, o, long) })
}

// patience is what --time says, nil if it was not given.
func patience(c *verb.Command) (*int, error) {
	if !c.Has("time") {
		return nil, nil
	}
	n, err := strconv.Atoi(c.Value("time"))
	if err != nil {
		return nil, fmt.Errorf("--time takes seconds, not '%s'", c.Value("time"))
	}
	return &n, nil
}

// stopOne ends a container within its own time unless another one is given.
func stopOne(e *engine.Engine, o *engine.Container, long *int) error {
	if err := e.Refresh(o); err != nil {
		return err
	}
	sig, err := o.StopSignal()
	if err != nil {
		return fmt.Errorf("stop container %s: %w", o.Request.Name, err)
	}
	most := o.StopSeconds()
	if long != nil {
		most = *long
	}
	return e.Stop(o, sig, most)
}
