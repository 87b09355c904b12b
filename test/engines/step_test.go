package engines

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

// A step is one thing that a user does with an engine.
type step struct {
	name   string
	needs  string // a program that must be installed for it, empty if none
	run    string // a command of the shell
	status int
	output string // a regular expression of what it prints, both streams together
}

// limit ends a command that hangs.
const limit = 30 * time.Second

// walk takes steps in order: each builds on those before. The environment has
// what the commands name, and RUNTIME.
func walk(t *testing.T, environment []string, steps []step) {
	for _, s := range steps {
		t.Run(s.name, func(t *testing.T) {
			if s.needs != "" {
				need(t, s.needs)
			}
			status, out := shell(t, environment, s.run)
			if status != s.status {
				t.Errorf("%s\n ends with %d, not %d:\n%s", s.run, status, s.status, out)
			}
			if !regexp.MustCompile(s.output).MatchString(out) {
				t.Errorf("%s\n does not print %q:\n%s", s.run, s.output, out)
			}
		})
	}
}

func shell(t *testing.T, environment []string, command string) (status int, out string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), limit)
	defer cancel()
	cmd := exec.CommandContext(ctx, "sh", "-c", command)
	cmd.Env = append(append(os.Environ(), "RUNTIME="+runtime, "LC_ALL=C"), environment...)
	cmd.Dir = "/run" // conmon leaves a file called oom where it was started
	cmd.WaitDelay = time.Second
	text, err := cmd.CombinedOutput()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Errorf("%s: %v", command, err)
	}
	return cmd.ProcessState.ExitCode(), strings.ReplaceAll(string(text), "\r\n", "\n")
}

// must is a step that only prepares, or asks.
func must(t *testing.T, environment []string, command string) string {
	t.Helper()
	status, out := shell(t, environment, command)
	if status != 0 {
		t.Fatalf("%s\n ends with %d:\n%s", command, status, out)
	}
	return strings.TrimSpace(out)
}

// left finds what a container leaves: a state, a cgroup, a process.
const left = `ls -A "$STATE" 2>/dev/null; find /sys/fs/cgroup -mindepth 2 -type d -path "$CGROUPS"; ps -e -o args= | grep -E 'isle|sleep 1[0-9][0-9]' | grep -vE 'grep|engines' || :`

// nothingLeft gives an engine, which cleans up behind its own back, a moment to
// have all of a runtime's state, cgroups and processes gone.
func nothingLeft(t *testing.T, state, cgroups string) {
	t.Helper()
	environment := []string{"STATE=" + state, "CGROUPS=" + cgroups}
	out := must(t, environment, left)
	for end := time.Now().Add(limit / 3); out != "" && time.Now().Before(end); time.Sleep(100 * time.Millisecond) {
		out = must(t, environment, left)
	}
	if out != "" {
		t.Errorf("in %s, in cgroups %s and of processes are left:\n%s", state, cgroups, out)
	}
}
