package oci_test

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	specs "github.com/opencontainers/runtime-spec/specs-go"
)

func TestRun(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		lines string
		code  int
	}{{"exit 0", 0}, {"exit 3", 3}, {"exit 255", 255}, {"kill -9 $$", 137}} {
		b := newBundle(t, func(s *specs.Spec) { without(s, specs.PIDNamespace); script(s, "echo out; echo err >&2; "+c.lines) })
		r := b.oci("run", b.id)
		same(t, c.lines, r, result{"out\n", "err\n", c.code})
		b.bad([]string{"does not exist"}, "state", b.id)
	}
}

func TestRunReadsStandardInput(t *testing.T) {
	t.Parallel()
	b := newBundle(t, func(s *specs.Spec) { script(s, "cat") })
	cmd := b.command("run", b.id)
	cmd.Stdin = strings.NewReader("through")
	same(t, "output", finish(t, cmd).out, "through")
}

func TestRunForwardsSignals(t *testing.T) {
	t.Parallel()
	b := newBundle(t, func(s *specs.Spec) { script(s, "trap 'exit 9' HUP; touch /tmp/ready; while :; do sleep 0.02; done") })
	cmd := b.command("run", b.id)
	must(t, cmd.Start())
	await(t, "the program", func() bool { _, err := os.Stat(b.rootfs() + "/tmp/ready"); return err == nil })
	must(t, cmd.Process.Signal(syscall.SIGHUP))
	cmd.Wait()
	same(t, "status", cmd.ProcessState.ExitCode(), 9)
}

func TestRunDetached(t *testing.T) {
	t.Parallel()
	b := sleeper(t)
	b.good("run", "--detach", b.id)
	same(t, "status", b.state().Status, specs.StateRunning)
	b.good("kill", b.id, "KILL")
	b.awaitStatus(specs.StateStopped)
	b.good("delete", b.id)
}

func TestRunKeep(t *testing.T) {
	t.Parallel()
	b := newBundle(t, func(s *specs.Spec) { script(s, "exit 4") })
	same(t, "status", b.oci("run", "--keep", b.id).code, 4)
	same(t, "state", b.state().Status, specs.StateStopped)
	b.good("delete", b.id)
}

func TestBundleOption(t *testing.T) {
	t.Parallel()
	b := newBundle(t, nil)
	parent := filepath.Dir(b.dir)
	for _, c := range []struct {
		dir   string
		words []string
	}{
		{"/", []string{"--bundle", b.dir, b.id}}, {"/", []string{"--bundle=" + b.dir, b.id}}, {"/", []string{"-b", b.dir, b.id}},
		{"/", []string{b.id, "--bundle", b.dir}}, {parent, []string{"-b", "bundle", b.id}}, {b.dir + "/rootfs", []string{"-b", "..", b.id}},
	} {
		cmd := b.command(append([]string{"run"}, c.words...)...)
		cmd.Dir = c.dir
		if r := finish(t, cmd); r.code != 0 {
			t.Errorf("%v: %v", c.words, r)
		}
	}
	b.bad([]string{"no such file"}, "run", "--bundle", "/no/where", b.id)
}

func TestConfigOption(t *testing.T) {
	t.Parallel()
	b := newBundle(t, func(s *specs.Spec) { script(s, "echo elsewhere") })
	must(t, os.Rename(b.dir+"/config.json", b.dir+"/other.json"))
	same(t, "output", b.good("run", "--config", "other.json", b.id), "elsewhere\n")
	b.bad([]string{"config.json", "no such file"}, "run", b.id)
}

func TestPidFile(t *testing.T) {
	t.Parallel()
	b := sleeper(t)
	file := filepath.Join(b.dir, "pid")
	b.good("create", "--pid-file", file, b.id)
	text, err := os.ReadFile(file)
	must(t, err)
	same(t, "pid file", string(text), strconv.Itoa(b.state().Pid))
	b.good("delete", "-f", b.id)
	r := b.bad([]string{"pid file"}, "create", "--pid-file", b.dir+"/no/where", b.id)
	if left := b.left(); len(left) > 0 {
		t.Errorf("%v left: %v", r, left)
	}
}
