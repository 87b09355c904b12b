package containers

import (
	"isle/internal/cli/verb"
	"isle/internal/engine"
	"isle/internal/getopt"
)

// What isle kill is for.
const (
	KillAbout   = `Send a signal to the program of a container: SIGKILL unless --signal names another.`
	KillExample = `# Have it read its configuration anew
isle kill --signal HUP web`
)

// KillFlags is the table of options of kill.
func KillFlags() []getopt.Option {
	return []getopt.Option{
		all, cidFiles, newest,
		value("signal", 's', "SIGNAL", "the name or the number of the signal"), verb.Help,
	}
}

func killVerb() *verb.Verb { return newVerb("kill", ContainersOperands, KillAbout, KillFlags(), 0, -1) }

// Kill sends signals to containers.
func Kill(prog string, args []string) int { return killVerb().Main(prog, args, kill) }

func kill(c *verb.Command) error {
	name := "KILL"
	if c.Has("signal") {
		name = c.Value("signal")
	}
	sig, err := getopt.Signal(name)
	if err != nil {
		return err
	}
	return act(c, up, always125, func(e *engine.Engine, o *engine.Container) error {
		if err := e.Refresh(o); err != nil {
			return err
		}
		return e.Kill(o, sig)
	})
}
