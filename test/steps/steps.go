package steps

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"
	"time"
)

// Step is one thing that a user does.
type Step struct {
	Name   string
	Needs  string // a program that must be installed for it, empty if none
	Run    string // a command of the shell
	Status int
	Output string // a regular expression of what it prints, both streams together
}

// Shell is where commands are run: a folder, and what is in the environment beside
// the caller's own.
type Shell struct {
	Dir         string
	Environment []string
}

// Limit ends a command that hangs.
const Limit = 30 * time.Second

// Walk takes steps in order: each builds on those before.
func (s Shell) Walk(t *testing.T, steps []Step) {
	for _, step := range steps {
		t.Run(step.Name, func(t *testing.T) {
			if _, err := exec.LookPath(step.Needs); step.Needs != "" && err != nil {
				t.Skip("needs a program: ", err)
			}
			status, out := s.Do(t, step.Run)
			if status != step.Status {
				t.Errorf("%s\n ends with %d, not %d:\n%s", step.Run, status, step.Status, out)
			}
			if !regexp.MustCompile(step.Output).MatchString(out) {
				t.Errorf("%s\n does not print %q:\n%s", step.Run, step.Output, out)
			}
		})
	}
}

// Do runs a command, and returns its exit status and what it printed.
func (s Shell) Do(t *testing.T, command string) (status int, out string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), Limit)
	defer cancel()
	cmd := exec.CommandContext(ctx, "sh", "-c", command)
	cmd.Env = append(append(os.Environ(), "LC_ALL=C"), s.Environment...)
	cmd.Dir = s.Dir
	cmd.WaitDelay = time.Second
	text, err := cmd.CombinedOutput()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Errorf("%s: %v", command, err)
	}
	return cmd.ProcessState.ExitCode(), strings.ReplaceAll(string(text), "\r\n", "\n")
}

// Must is a step that only prepares, or asks.
func (s Shell) Must(t *testing.T, command string) string {
	t.Helper()
	status, out := s.Do(t, command)
	if status != 0 {
		t.Fatalf("%s\n ends with %d:\n%s", command, status, out)
	}
	return strings.TrimSpace(out)
}
