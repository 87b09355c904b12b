package containers

import (
	"errors"

	"isle/internal/cli/verb"
	"isle/internal/engine"
	"isle/internal/getopt"
)

// What isle rm is for.
const (
	RmAbout = `Remove containers, with what they have written. One that runs is not removed unless
with --force, which stops it first. The exit status is 1 if there is no such
container, 2 if it runs, and 125 for what else went wrong.`
	RmExample = `isle rm web
# Whatever is there, running or not
isle rm --all --force --time 0`
)

// RmFlags is the table of options of rm.
func RmFlags() []getopt.Option {
	return []getopt.Option{
		all, cidFiles,
		value("filter", 0, "KEY=VALUE", filters.Help),
		flag("force", 'f', "stop a container that runs; one that is not there is no error"),
		ignore, newest, seconds,
		flag("volumes", 'v', "remove the container's anonymous volumes too"), verb.Help,
	}
}

func rmVerb() *verb.Verb { return newVerb("rm", ContainersOperands, RmAbout, RmFlags(), 0, -1) }

// Rm removes containers.
func Rm(prog string, args []string) int { return rmVerb().Main(prog, args, rm) }

func rm(c *verb.Command) error {
	long, err := patience(c)
	if err != nil {
		return err
	}
	status := func(err error) int {
		switch {
		case errors.Is(err, engine.ErrUnknown):
			return 1
		case errors.Is(err, engine.ErrRunning):
			return 2
		}
		return failure
	}
	err = act(c, nil, status, func(e *engine.Engine, o *engine.Container) error { return rmOne(e, o, c, long) })
	if e, noEngine := engine.Open(); c.On("all") && noEngine == nil { // and what was left by commands that were killed
		e.Tidy()
	}
	return err
}

func rmOne(e *engine.Engine, o *engine.Container, c *verb.Command, long *int) error {
	if err := e.Refresh(o); err != nil {
		return err
	}
	if c.On("force") && (o.Up() || o.Held()) {
		if err := stopOne(e, o, long); err != nil && !errors.Is(err, engine.ErrUnknown) {
			return err
		}
	}
	remove := e.RemoveOnly
	if c.On("volumes") || o.Request.Remove {
		remove = e.Remove
	}
	return remove(o, c.On("force"))
}
