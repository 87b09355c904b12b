package containers

import (
	"isle/internal/cli/verb"
	"isle/internal/engine"
	"isle/internal/getopt"
)

// What isle pause and isle unpause are for.
const (
	PauseAbout   = `Stop all processes of containers where they are, until isle unpause lets them go on.`
	PauseExample = `isle pause web
isle unpause web`
	UnpauseAbout   = `Let the processes of paused containers go on.`
	UnpauseExample = `isle unpause --all`
)

// PauseFlags is the table of options of pause and unpause.
func PauseFlags() []getopt.Option {
	return []getopt.Option{all, cidFiles, filters, newest, verb.Help}
}

func pauseVerb() *verb.Verb {
	return newVerb("pause", ContainersOperands, PauseAbout, PauseFlags(), 0, -1)
}

func unpauseVerb() *verb.Verb {
	return newVerb("unpause", ContainersOperands, UnpauseAbout, PauseFlags(), 0, -1)
}

// Pause stops the processes of containers.
func Pause(prog string, args []string) int {
	return pauseVerb().Main(prog, args, func(c *verb.Command) error {
		fit := func(s engine.Seen) bool { return s.Status == engine.Running }
		return act(c, fit, always125, (*engine.Engine).Pause)
	})
}

// Unpause lets them go on.
func Unpause(prog string, args []string) int {
	return unpauseVerb().Main(prog, args, func(c *verb.Command) error {
		fit := func(s engine.Seen) bool { return s.Status == engine.Paused }
		return act(c, fit, always125, (*engine.Engine).Unpause)
	})
}
