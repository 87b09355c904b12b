package run_test

import (
	"testing"

	"isle/test/terminal"
)

// onTerminal starts isle in the foreground of a new terminal of 30 lines.
func onTerminal(t *testing.T, args ...string) *terminal.Terminal {
	t.Helper()
	cmd := command(t, args...)
	cmd.Env = append(cmd.Env, terminal.Env...)
	return terminal.Start(t, cmd)
}
