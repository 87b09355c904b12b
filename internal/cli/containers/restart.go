package containers

import (
	"isle/internal/cli/verb"
	"isle/internal/engine"
	"isle/internal/getopt"
)

// What isle restart is for.
const (
	RestartAbout = `Stop containers as isle stop does, and start them again. Those that do not run are
started.`
	RestartExample = `isle restart --time 1 web`
)

// RestartFlags is the table of options of restart.
func RestartFlags() []getopt.Option {
	return []getopt.Option{
		all, cidFiles, filters, newest,
		flag("running", 0, "all containers that run"), seconds, verb.Help,
	}
}

func restartVerb() *verb.Verb {
	return newVerb("restart", ContainersOperands, RestartAbout, RestartFlags(), 0, -1)
}

// Restart stops containers and starts them again.
func Restart(prog string, args []string) int { return restartVerb().Main(prog, args, restart) }

func restart(c *verb.Command) error {
	long, err := patience(c)
	if err != nil {
		return err
	}
	var fit func(engine.Seen) bool
	if c.On("running") && !c.On("all") {
		fit = func(s engine.Seen) bool { return s.Status == engine.Running }
	}
	return act(c, fit, startStatus, func(e *engine.Engine, o *engine.Container) error {
		if err := stopOne(e, o, long); err != nil {
			return err
		}
		fresh, err := e.Find(o.Request.ID)
		if err != nil { // with --rm it is gone
			return err
		}
		return startBehind(e, fresh)
	})
}
