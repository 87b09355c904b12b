package oci_test

import (
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	specs "github.com/opencontainers/runtime-spec/specs-go"
)

// TestKilled kills isle in the middle of every verb: 20 times each, or as often
// as ISLE_KILLS says. Whatever moment it was, delete --force then leaves nothing.
func TestKilled(t *testing.T) {
	t.Parallel()
	detached, paused := "run --detach", "run --detach;pause"
	for _, c := range []struct{ name, before, verb string }{
		{"create", "", "create"},
		{"start", "create", "start"},
		{"run", "", "run"},
		{"run detached", "", "run --detach"},
		{"exec", detached, "exec ID sleep 0.01"},
		{"exec detached", detached, "exec --detach ID sleep 1000"},
		{"exec in a frozen container", paused, "exec --ignore-paused --detach ID sleep 1000"},
		{"kill", detached, "kill ID KILL"},
		{"kill all", detached, "kill --all ID KILL"},
		{"pause", detached, "pause"},
		{"resume", paused, "resume"},
		{"update", detached, "update --pids-limit 30 ID"},
		{"update of a frozen container", paused, "update --pids-limit 30 ID"},
		{"delete", detached + ";kill ID KILL", "delete"},
		{"delete of a running container", detached, "delete --force"},
		{"delete of a frozen container", paused, "delete --force"},
		{"state", detached, "state"},
		{"ps", detached, "ps"},
		{"list", detached, "list"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			b := newBundle(t, func(s *specs.Spec) { s.Process.Args = []string{"sleep", "1000"} })
			longest := b.timed(c.before, c.verb)
			for range kills(t) {
				after := rand.N(longest)
				b.prepared(c.before)
				b.killedIn(after, c.verb)
				b.leavesNothing(after)
			}
		})
	}
}

// TestKilledInHook kills isle while a hook runs, which goes on.
func TestKilledInHook(t *testing.T) {
	t.Parallel()
	for _, kind := range []string{"createRuntime", "createContainer", "startContainer"} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			b := newBundle(t, func(s *specs.Spec) {
				s.Process.Args = []string{"sleep", "1000"}
				s.Hooks = hooksOf(kind, specs.Hook{Path: "/bin/sleep", Args: []string{"sleep", "0.3"}})
			})
			for range 3 {
				b.killedIn(100*time.Millisecond, "run --detach")
				b.leavesNothing(100 * time.Millisecond)
			}
		})
	}
}

func kills(t *testing.T) int {
	t.Helper()
	text := os.Getenv("ISLE_KILLS")
	if text == "" {
		return 20
	}
	n, err := strconv.Atoi(text)
	must(t, err)
	return n
}

// words are a verb's, with the container's id in its place or at the end.
func (b *bundle) words(verb string) []string {
	if verb != "list" && !strings.Contains(verb, "ID") {
		verb += " ID"
	}
	return strings.Fields(strings.ReplaceAll(verb, "ID", b.id))
}

func (b *bundle) prepared(steps string) {
	b.t.Helper()
	for step := range strings.SplitSeq(steps, ";") {
		if step != "" {
			b.good(b.words(step)...)
		}
	}
	if strings.Contains(steps, "KILL") {
		b.awaitStatus(specs.StateStopped)
	}
}

// timed is how long a verb takes, and a little more.
func (b *bundle) timed(before, verb string) time.Duration {
	b.t.Helper()
	if strings.Contains(verb, "ignore-paused") { // it waits until the container is resumed
		return 50 * time.Millisecond
	}
	b.prepared(before)
	if verb == "run" { // it would wait for the program
		verb = "run --detach"
	}
	began := time.Now()
	b.good(b.words(verb)...)
	took := time.Since(began)
	b.good("delete", "--force", b.id)
	return took + took/4
}

func (b *bundle) killedIn(after time.Duration, verb string) {
	b.t.Helper()
	cmd := b.command(b.words(verb)...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	must(b.t, cmd.Start())
	time.Sleep(after)
	cmd.Process.Kill()
	cmd.Wait()
}

// leavesNothing deletes the container. A process that isle was setting up ends
// by itself, as it sees that isle is gone: that may take a moment.
func (b *bundle) leavesNothing(after time.Duration) {
	b.t.Helper()
	b.good("list")
	b.good("delete", "--force", b.id)
	var left []string
	for deadline := time.Now().Add(time.Second); ; time.Sleep(time.Millisecond) {
		if left = b.left(); len(left) == 0 {
			return
		}
		if time.Now().After(deadline) {
			b.t.Fatalf("killed after %v, then deleted; left behind: %v", after, left)
		}
	}
}
