package containers

import (
	"archive/tar"
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"isle/internal/engine"
	"isle/internal/engine/hold"
	"isle/internal/engine/request"
	"isle/test/programs"
	"isle/test/terminal"
)

// TestMonitored is about containers that a monitor holds, with isle as it is built.
func TestMonitored(t *testing.T) {
	e := isle(t)
	t.Run("attach", func(t *testing.T) { attachAndLeave(t, e) })
	t.Run("signals", func(t *testing.T) { passSignals(t, e) })
	t.Run("follow", func(t *testing.T) { followRestarts(t, e) })
	t.Run("stop", func(t *testing.T) { stopWhilePaused(t, e) })
	t.Run("user", func(t *testing.T) { ownUser(t, e) })
	t.Run("input", inputStays)
	t.Run("journal", readJournal)
}

// box is a container of theirs.
type box struct {
	t *testing.T
	e *engine.Engine
	c *engine.Container
}

// isle makes the programs, which stand where PATH begins, and an engine with the
// image bb: busybox.
func isle(t *testing.T) *engine.Engine {
	t.Helper()
	bin := t.TempDir()
	if err := programs.All(bin); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", bin+":"+os.Getenv("PATH"))
	t.Setenv("ISLE_IMAGES", filepath.Join(t.TempDir(), "images"))
	t.Setenv("ISLE_CONTAINERS", filepath.Join(t.TempDir(), "containers"))
	e, err := engine.Open()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "busybox")
	if err := programs.Busybox(path); err != nil {
		t.Skip("needs busybox: ", err)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	w.WriteHeader(&tar.Header{Name: "bin/busybox", Mode: 0o755, Size: int64(len(text))})
	w.Write(text)
	w.WriteHeader(&tar.Header{Name: "bin/sh", Typeflag: tar.TypeSymlink, Linkname: "busybox"})
	root := filepath.Join(t.TempDir(), "root.tar")
	if err := errors.Join(w.Close(), os.WriteFile(root, b.Bytes(), 0o600)); err != nil {
		t.Fatal(err)
	}
	if status, out := run("import", "--change", "ENV PATH=/bin", root, "bb:1"); status != 0 {
		t.Fatal(out)
	}
	t.Cleanup(func() { run("system", "prune", "--all", "--force") }) // its files may be of other users
	return e
}

// start starts a container in the background.
func start(t *testing.T, e *engine.Engine, r request.Container) *box {
	t.Helper()
	r.Image.Name = "bb:1"
	c, err := e.Create(context.Background(), &r)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if c, err := e.Find(c.Request.ID); err == nil {
			if err := e.Remove(c, true); err != nil {
				t.Error(err)
			}
		}
	})
	b := &box{t, e, c}
	b.again()
	return b
}

func (b *box) again() {
	b.t.Helper()
	h, err := held(b.e, b.c)
	if err != nil {
		b.t.Fatal(err)
	}
	h.Isle, _ = exec.LookPath("isle")
	m, err := hold.Start(h)
	if err == nil {
		_, err = m.Run()
	}
	if err != nil {
		b.t.Fatal(err)
	}
}

// now is the container as it is now.
func (b *box) now() *engine.Container {
	b.t.Helper()
	c, err := b.e.Find(b.c.Request.ID)
	if err != nil {
		b.t.Fatal(err)
	}
	return c
}

func (b *box) until(what string, so func() bool) {
	b.t.Helper()
	for late := time.Now().Add(10 * time.Second); !so(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(late) {
			b.t.Fatal("it does not come to be so: ", what)
		}
	}
}

func run(words ...string) (status int, out string) {
	cmd := exec.Command("isle", words...)
	text, _ := cmd.CombinedOutput()
	return cmd.ProcessState.ExitCode(), string(text)
}

// attachAndLeave: a person at a terminal attaches, leaves, and comes back.
func attachAndLeave(t *testing.T, e *engine.Engine) {
	b := start(t, e, request.Container{
		Name: "box", Terminal: true, OpenStdin: true,
		Command: []string{"sh", "-c", `trap 'echo resized $(stty size)' WINCH; while :; do read line || continue; echo "got $line"; test "$line" != end || exit 5; done`},
	})
	before := terminal.Start(t, exec.Command("isle", "attach", "box"))
	before.Expect("resized 30 90")
	before.Type("one\r")
	before.Expect("got one")
	before.Resize(44, 111)
	before.Expect("resized 44 111")
	before.Type("\x10\x11")
	if err := before.Cmd.Wait(); err != nil {
		t.Errorf("who left: %v", err)
	}
	if !b.now().Up() {
		t.Fatal("the container does not go on")
	}
	again := terminal.Start(t, exec.Command("isle", "attach", "--detach-keys", "ctrl-x,x", "box"))
	again.Type("\x10\x11\r")
	again.Expect("got")
	again.Type("\x18x")
	if err := again.Cmd.Wait(); err != nil {
		t.Errorf("who left by other keys: %v", err)
	}
	last := terminal.Start(t, exec.Command("isle", "attach", "--detach-keys=", "box"))
	last.Type("end\r")
	last.Expect("got end")
	last.Cmd.Wait()
	if status := last.Cmd.ProcessState.ExitCode(); status != 5 {
		t.Errorf("status %d", status)
	}
	if status, out := run("attach", "box"); status != 125 || !strings.Contains(out, "it is exited, not running") {
		t.Errorf("%d: %s", status, out)
	}
}

// passSignals: what is sent to isle attach reaches the program, unless it is not to.
func passSignals(t *testing.T, e *engine.Engine) {
	start(t, e, request.Container{
		Name: "box", OpenStdin: true,
		Command: []string{"sh", "-c", `trap 'echo term; exit 6' TERM; echo ready; while :; do sleep 0.05; done`},
	})
	cmd := exec.Command("timeout", "-s", "TERM", "0.5", "isle", "attach", "--sig-proxy=false", "box")
	cmd.Run()
	out, err := exec.Command("timeout", "-s", "TERM", "--preserve-status", "0.5", "isle", "attach", "--no-stdin", "box").Output()
	if exit, ok := err.(*exec.ExitError); !ok || exit.ExitCode() != 6 || string(out) != "term\n" {
		t.Errorf("%v, %q", err, out)
	}
	if status, out := run("logs", "box"); status != 0 || out != "ready\nterm\n" {
		t.Errorf("%d, %q", status, out)
	}
}

// followRestarts: logs goes on over restarts, until nobody starts the container again.
func followRestarts(t *testing.T, e *engine.Engine) {
	b := start(t, e, request.Container{
		Name: "box", Restart: "on-failure", RestartMax: 2,
		Command: []string{"sh", "-c", `echo one; sleep 0.1; echo two; exit 1`},
	})
	if status, out := run("logs", "-f", "box"); status != 0 || out != "one\ntwo\none\ntwo\none\ntwo\n" {
		t.Errorf("%d, %q", status, out)
	}
	b.until("it is over", func() bool { return !b.now().Held() })
	if c := b.now(); c.State.Restarts != 2 || c.State.ExitCode != 1 {
		t.Errorf("%+v", c.State)
	}
}

// stopWhilePaused: a container that waits to be started again is stopped.
func stopWhilePaused(t *testing.T, e *engine.Engine) {
	b := start(t, e, request.Container{Name: "box", Restart: "always", Command: []string{"sh", "-c", `exit 1`}})
	b.until("it waits for the next start", func() bool {
		c := b.now()
		return c.State.Restarts > 2 && c.State.PID == 0
	})
	if err := e.Stop(b.now(), 15, 1); err != nil {
		t.Fatal(err)
	}
	b.until("nobody holds it", func() bool { return !b.now().Held() })
	restarts := b.now().State.Restarts
	b.again()
	b.until("it is started, and again", func() bool { return b.now().State.Restarts > restarts })
}

// ownUser: a program that is not root's can open its /dev/stdout.
func ownUser(t *testing.T, e *engine.Engine) {
	needIDs(t)
	b := start(t, e, request.Container{Name: "box", User: "7:7", Command: []string{"sh", "-c", `echo out >/dev/stdout; echo err >/dev/stderr`}})
	b.until("it has ended", func() bool { return !b.now().Held() })
	if status, out := run("logs", "box"); status != 0 || !strings.Contains(out, "out\n") || !strings.Contains(out, "err\n") {
		t.Errorf("%d, %q", status, out)
	}
}

// inputStays: of a container in the background, the input stays when a client goes,
// and ends when a client says so; of one in the foreground it goes along.
func inputStays(t *testing.T) {
	for _, test := range []struct{ script, out string }{
		{`isle run -d -i --name box bb:1 busybox cat >/dev/null
		  sleep 1 | timeout -s KILL 0.3 isle attach box
		  echo line | isle attach box; isle rm box`, "line\nbox\n"},
		{`(echo one; sleep 1) | timeout -s KILL 0.5 isle run -i --name box bb:1 busybox cat
		  isle wait box; isle logs box; isle rm box`, "one\n0\none\nbox\n"},
	} {
		cmd := exec.Command("sh", "-c", test.script)
		var out bytes.Buffer
		cmd.Stdout = &out
		cmd.Run()
		if out.String() != test.out {
			t.Errorf("%s\n prints %q, want %q", test.script, out.String(), test.out)
		}
	}
}

// needIDs skips what takes more ids than this user has.
func needIDs(t *testing.T) {
	t.Helper()
	if status, out := run("run", "--rm", "-u", "1", "bb:1", "sh", "-c", ":"); status != 0 && strings.Contains(out, "subordinate") {
		t.Skip(out)
	}
}
