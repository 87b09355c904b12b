package engines

import (
	"testing"
	"time"

	"isle/test/steps"
)

type step = steps.Step

// limit ends a command that hangs.
const limit = steps.Limit

// place has what the commands name, and RUNTIME. conmon leaves a file called oom
// where it was started.
func place(environment []string) steps.Shell {
	return steps.Shell{Dir: "/run", Environment: append([]string{"RUNTIME=" + runtime}, environment...)}
}

func walk(t *testing.T, environment []string, list []step) { place(environment).Walk(t, list) }

func shell(t *testing.T, environment []string, command string) (status int, out string) {
	t.Helper()
	return place(environment).Do(t, command)
}

// must is a step that only prepares, or asks.
func must(t *testing.T, environment []string, command string) string {
	t.Helper()
	return place(environment).Must(t, command)
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
