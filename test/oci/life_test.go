package oci_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	specs "github.com/opencontainers/runtime-spec/specs-go"
)

// sleeper is a bundle whose process waits, and ends by SIGTERM.
func sleeper(t *testing.T) *bundle {
	t.Helper()
	return newBundle(t, func(s *specs.Spec) {
		s.Process.Args = []string{"sh", "-c", "trap 'exit 7' TERM; while :; do sleep 0.02; done"}
	})
}

func TestLife(t *testing.T) {
	t.Parallel()
	b := newBundle(t, func(s *specs.Spec) {
		script(s, "trap 'exit 7' TERM; echo started >/tmp/started; while :; do sleep 0.02; done")
		s.Annotations = map[string]string{"org.example.key": "välue", "empty": ""}
	})
	before := time.Now()
	b.good("create", b.id)
	s := b.state()
	same(t, "status", s.Status, specs.StateCreated)
	same(t, "id", s.ID, b.id)
	same(t, "version", s.Version, b.spec.Version)
	same(t, "bundle", s.Bundle, b.dir)
	same(t, "rootfs", s.Rootfs, b.rootfs())
	same(t, "owner", s.Owner, "root")
	same(t, "annotation", s.Annotations["org.example.key"], "välue")
	if _, there := s.Annotations["empty"]; !there {
		t.Error("an empty annotation is not in the state")
	}
	if s.Created.Before(before.Add(-time.Second)) || s.Created.After(time.Now()) {
		t.Errorf("created at %v", s.Created)
	}
	if err := syscall.Kill(s.Pid, 0); err != nil {
		t.Errorf("process %d: %v", s.Pid, err)
	}
	if _, err := os.Stat(b.rootfs() + "/tmp/started"); err == nil {
		t.Error("the program was executed by create")
	}

	b.good("start", b.id)
	await(t, "the program", func() bool { _, err := os.Stat(b.rootfs() + "/tmp/started"); return err == nil })
	running := b.state()
	same(t, "status", running.Status, specs.StateRunning)
	same(t, "pid", running.Pid, s.Pid)
	b.bad([]string{"running"}, "start", b.id)
	b.bad([]string{"running"}, "delete", b.id)
	same(t, "status after what failed", b.state().Status, specs.StateRunning)

	b.good("kill", b.id)
	b.awaitStatus(specs.StateStopped)
	same(t, "pid when stopped", b.state().Pid, 0)
	b.bad([]string{"stopped"}, "start", b.id)
	b.bad([]string{"container not running"}, "kill", b.id)
	b.good("delete", b.id)
	b.bad([]string{"container does not exist"}, "state", b.id)
	b.bad([]string{"container does not exist"}, "delete", b.id)
	b.good("delete", "--force", b.id)
}

func TestCreatedIsHeldByNothing(t *testing.T) {
	t.Parallel()
	b := sleeper(t)
	b.good("create", b.id)
	if list := b.processes(); len(list) != 1 || list[0] != b.state().Pid {
		t.Errorf("processes %v, the container's is %d", list, b.state().Pid)
	}
	exe, err := os.Readlink(fmt.Sprintf("/proc/%d/exe", b.state().Pid))
	must(t, err)
	if strings.Contains(exe, isle) {
		t.Errorf("the waiting process is %s", exe)
	}
	fds, err := os.ReadDir(fmt.Sprintf("/proc/%d/fd", b.state().Pid))
	must(t, err)
	for _, fd := range fds {
		link, _ := os.Readlink(fmt.Sprintf("/proc/%d/fd/%s", b.state().Pid, fd.Name()))
		n, _ := strconv.Atoi(fd.Name())
		if n > 2 && !strings.HasPrefix(link, "socket:") {
			t.Errorf("the waiting process has %s open as %s", link, fd.Name())
		}
	}
}

// TestKill sends signals by all of their names.
func TestKill(t *testing.T) {
	t.Parallel()
	b := newBundle(t, func(s *specs.Spec) {
		script(s, `for s in 1 10 12 15 34 35 64; do trap "echo $s >>/tmp/got" $s; done; touch /tmp/ready; while :; do sleep 0.01; done`)
	})
	b.good("run", "-d", b.id)
	await(t, "the program", func() bool { _, err := os.Stat(b.rootfs() + "/tmp/ready"); return err == nil })
	want := ""
	for _, c := range []struct{ name, number string }{
		{"HUP", "1"}, {"SIGHUP", "1"}, {"sigusr1", "10"}, {"12", "12"}, {"TERM", "15"}, {"RTMIN", "34"}, {"SIGRTMIN+1", "35"}, {"RTMAX", "64"},
	} {
		b.good("kill", b.id, c.name)
		want += c.number + "\n"
		await(t, "signal "+c.name, func() bool { got, _ := os.ReadFile(b.rootfs() + "/tmp/got"); return string(got) == want })
	}
	for _, name := range []string{"", "0", "65", "-9", "KILLED", "SIG", "9x", "RTMIN+31"} {
		b.bad([]string{"signal"}, "kill", "--", b.id, name)
	}
	same(t, "status", b.state().Status, specs.StateRunning)
	b.good("kill", b.id, "KILL")
	b.awaitStatus(specs.StateStopped)
}

// TestKillAll sends a signal to processes that share the host's PID namespace.
func TestKillAll(t *testing.T) {
	t.Parallel()
	lines := "sleep 1000 & sleep 1000 & touch /tmp/ready; wait; sleep 1000"
	for _, words := range [][]string{{"--all", "KILL"}, {"KILL"}, {"-a", "9"}} {
		b := newBundle(t, func(s *specs.Spec) { without(s, specs.PIDNamespace); script(s, lines) })
		b.good("run", "-d", b.id)
		await(t, "the program", func() bool { _, err := os.Stat(b.rootfs() + "/tmp/ready"); return err == nil })
		await(t, "three processes", func() bool { return len(b.processes()) == 3 }) // touch has ended
		b.good(append([]string{"kill", b.id}, words...)...)
		await(t, "all have ended", func() bool { return len(b.processes()) == 0 })
	}
}

func TestDeleteForceInEveryState(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		state string
		steps [][]string
	}{
		{"absent", nil},
		{"created", [][]string{{"create"}}},
		{"running", [][]string{{"create"}, {"start"}}},
		{"paused", [][]string{{"create"}, {"start"}, {"pause"}}},
		{"created and paused", [][]string{{"create"}, {"pause"}}},
		{"stopped", [][]string{{"create"}, {"start"}, {"kill", "KILL"}}},
		{"killed when created", [][]string{{"create"}, {"kill", "KILL"}}},
	} {
		t.Run(c.state, func(t *testing.T) {
			b := sleeper(t)
			for _, words := range c.steps {
				b.good(append([]string{words[0], b.id}, words[1:]...)...)
			}
			b.good("delete", "--force", b.id)
			for _, left := range b.left() {
				t.Error("left behind: ", left)
			}
		})
	}
}

func TestIDs(t *testing.T) {
	t.Parallel()
	b := newBundle(t, nil)
	for _, id := range []string{"", ".", "..", "a/b", "../a", "a b", "ä", "a\n", strings.Repeat("a", 1025), "a:b", "*"} {
		for _, verb := range []string{"create", "run", "state", "start", "kill", "delete", "pause", "ps"} {
			b.bad([]string{"id"}, verb, "--", id)
		}
	}
	for _, id := range []string{"a", "A.b_c+d-e", "0", "-x", "...", strings.Repeat("a", 200)} {
		b.good("run", "--", id)
	}
	if len(b.left()) > 0 {
		t.Error(b.left())
	}
}

func TestDuplicateID(t *testing.T) {
	t.Parallel()
	b := sleeper(t)
	b.good("create", b.id)
	pid := b.state().Pid
	for _, verb := range []string{"create", "run"} {
		b.bad([]string{b.id, "exist"}, verb, b.id)
	}
	same(t, "pid", b.state().Pid, pid)
	same(t, "status", b.state().Status, specs.StateCreated)
	b.good("start", b.id)
}

// TestDeadWhileCreated is a process that ended before its start.
func TestDeadWhileCreated(t *testing.T) {
	t.Parallel()
	b := sleeper(t)
	b.good("create", b.id)
	must(t, syscall.Kill(b.state().Pid, syscall.SIGKILL))
	b.awaitStatus(specs.StateStopped)
	b.bad([]string{"stopped"}, "start", b.id)
	b.good("delete", b.id)
}

// TestHalfWritten is what a create left that was killed very early.
func TestHalfWritten(t *testing.T) {
	t.Parallel()
	b := newBundle(t, nil)
	for _, content := range []string{"", "i", "end", "id \"half\"\n"} {
		must(t, os.MkdirAll(filepath.Join(b.root, b.id), 0o700))
		if content != "" {
			must(t, os.WriteFile(filepath.Join(b.root, b.id, "state"), []byte(content), 0o600))
		}
		b.bad([]string{b.id, "delete --force"}, "delete", b.id)
		b.good("list")
		b.good("delete", "--force", b.id)
		if len(b.left()) > 0 {
			t.Error(b.left())
		}
	}
}

func TestPauseAndResume(t *testing.T) {
	t.Parallel()
	b := newBundle(t, func(s *specs.Spec) { script(s, "i=0; while :; do echo $i >/tmp/count; i=$((i+1)); sleep 0.01; done") })
	count := func() string { text, _ := os.ReadFile(b.rootfs() + "/tmp/count"); return string(text) }
	b.good("run", "-d", b.id)
	await(t, "counting", func() bool { return count() != "" })
	b.good("pause", b.id)
	same(t, "status", b.state().Status, "paused")
	was := count()
	time.Sleep(50 * time.Millisecond)
	same(t, "count while paused", count(), was)
	b.bad([]string{"paused"}, "pause", b.id)
	b.bad([]string{"paused"}, "exec", b.id, "true")
	b.good("resume", b.id)
	same(t, "status", b.state().Status, specs.StateRunning)
	await(t, "counting goes on", func() bool { return count() != was })
	b.bad([]string{"running"}, "resume", b.id)
	b.good("pause", b.id)
	b.good("kill", b.id, "KILL")
	b.awaitStatus(specs.StateStopped)
}
