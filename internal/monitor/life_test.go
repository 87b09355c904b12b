package monitor

import (
	"errors"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"isle/internal/engine/attach"
	"isle/internal/engine/hold"
	"isle/internal/engine/logs"
)

// TestOutput: all is shown and kept, and the exit status is told to all.
func TestOutput(t *testing.T) {
	b := prepared(t, `echo out; echo err >&2; printf '\033[2Jend'; exit 3`, nil)
	c := b.attached(attach.WantsAll, nil)
	b.run()
	c.ends(3, "out\n\x1b[2Jend")
	if c.err.String() != "err\n" {
		t.Errorf("standard error: %q", c.err.String())
	}
	b.wait()
	if out, err := b.logged(logs.Stdout), b.logged(logs.Stderr); out != "out\n\x1b[2Jend" || err != "err\n" {
		t.Errorf("the log: %q, %q", out, err)
	}
	if want := []string{"container-start --report-fd=3 box", "container-end box 3"}; !slices.Equal(b.notes(), want) {
		t.Errorf("isle was executed so: %q", b.notes())
	}
}

// TestBackground: nobody attaches, and who started it is told the pid.
func TestBackground(t *testing.T) {
	b := held(t, `echo $$; kill -KILL $$`, nil)
	b.wait()
	if got := strings.TrimSpace(b.logged(logs.Stdout)); got != strconv.Itoa(b.pid) {
		t.Errorf("the pid %d was told, the container's is %s", b.pid, got)
	}
	if got := b.notes()[1]; got != "container-end box 137" {
		t.Errorf("%q", got)
	}
}

func TestRefused(t *testing.T) {
	b := prepared(t, "", func(b *box) { b.write("refuse", "execute nothing: there is\nno such file") })
	c := b.attached(attach.WantsAll, nil)
	_, err := b.monitor.Run()
	failure := (*hold.Failure)(nil)
	if !errors.As(err, &failure) || failure.Status != 127 || failure.Text != "execute nothing: there is\nno such file" {
		t.Errorf("%v", err)
	}
	c.ends(127, "")
	b.wait()
	if len(b.notes()) != 1 {
		t.Errorf("%q", b.notes())
	}
}

// TestNoReport: isle was killed when it was to start the container.
func TestNoReport(t *testing.T) {
	b := prepared(t, "", func(b *box) { b.write("die", "") })
	if _, err := b.monitor.Run(); err == nil || !strings.Contains(err.Error(), "without a report") {
		t.Errorf("%v", err)
	}
	b.wait()
}

// TestUnseenEnd: a process that has ended, of which somebody else has taken leave,
// is not waited for.
func TestUnseenEnd(t *testing.T) {
	b := held(t, "echo out", func(b *box) { b.write("reap", "") })
	b.wait()
	if got := b.notes()[1]; got != "container-end box -1" || b.logged(logs.Stdout) != "out\n" {
		t.Errorf("%q", got)
	}
}

func TestNoIsle(t *testing.T) {
	b := prepared(t, "", func(b *box) { b.c.Isle = "/no/isle" })
	if _, err := b.monitor.Run(); err == nil || !strings.Contains(err.Error(), "/no/isle: no such file") {
		t.Errorf("%v", err)
	}
	b.wait()
}

// TestNoLog: what stands in the way before the start is said.
func TestNoLog(t *testing.T) {
	dir := t.TempDir()
	_, err := hold.Start(&hold.Config{ID: "box", Dir: dir, Isle: "isle", Log: logs.Options{Driver: logs.JSONFile, Path: dir}})
	if err == nil || !strings.Contains(err.Error(), "open the log") {
		t.Errorf("%v", err)
	}
}

// TestNotTold: a monitor whose starter goes away starts nothing.
func TestNotTold(t *testing.T) {
	b := prepared(t, "echo never", nil)
	b.monitor.Close()
	b.wait()
	if notes := b.notes(); len(notes) != 1 || notes[0] != "" {
		t.Errorf("%q", notes)
	}
}

// TestRestart: a container is started as often as isle says, and after as long.
func TestRestart(t *testing.T) {
	b := held(t, `echo run; exit 1`, func(b *box) { b.write(hold.VerbEnd, hold.Again(100*time.Millisecond)+"\n"+hold.Again(0)+"\nend\n") })
	begun := time.Now()
	b.wait()
	if took := time.Since(begun); took < 100*time.Millisecond || took > 3*time.Second {
		t.Errorf("it took %v", took)
	}
	if got := b.logged(logs.Stdout); got != "run\nrun\nrun\n" {
		t.Errorf("%q", got)
	}
}

// TestNoRestart: SIGTERM ends a monitor that waits for the next start.
func TestNoRestart(t *testing.T) {
	b := held(t, `exit 1`, func(b *box) { b.write(hold.VerbEnd, hold.Again(time.Hour)) })
	b.until("it has ended", func() bool { return len(b.notes()) == 2 })
	c := b.attached(0, nil)
	time.Sleep(50 * time.Millisecond)
	unix.Kill(b.monitor.PID, unix.SIGTERM)
	b.wait()
	c.ends(1, "")
}

// TestTerminated: after SIGTERM the container goes on, but not once more.
func TestTerminated(t *testing.T) {
	b := held(t, `read line; exit 2`, func(b *box) {
		b.c.Stdin = true
		b.write(hold.VerbEnd, hold.Again(0)+"\n"+hold.Again(0)+"\n")
	})
	unix.Kill(b.monitor.PID, unix.SIGTERM)
	time.Sleep(50 * time.Millisecond)
	c := b.attached(attach.WantsInput, func(s *attach.Session) { s.Stdin = strings.NewReader("line\n") })
	c.ends(2, "")
	b.wait()
	if n := len(b.notes()); n != 2 {
		t.Errorf("%q", b.notes())
	}
}

// TestFailedRestart: a start that fails later is an end like others.
func TestFailedRestart(t *testing.T) {
	b := held(t, `exit 1`, func(b *box) { b.write(hold.VerbEnd, hold.Again(100*time.Millisecond)) })
	b.write("refuse", "not any more")
	b.wait()
	want := []string{"container-start --report-fd=3 box", "container-end box 1", "container-start --report-fd=3 --again box", "container-end box 127"}
	if !slices.Equal(b.notes(), want) {
		t.Errorf("%q", b.notes())
	}
}

// TestIsleGone: isle was uninstalled meanwhile, and the folder removed.
func TestIsleGone(t *testing.T) {
	b := held(t, `exit 1`, func(b *box) {
		gone := b.path("isle")
		if err := os.Symlink(b.c.Isle, gone); err != nil {
			t.Fatal(err)
		}
		b.c.Isle = gone
		b.write(hold.VerbEnd, hold.Again(400*time.Millisecond))
	})
	b.until("it has ended", func() bool { return len(b.notes()) == 2 })
	if err := os.RemoveAll(b.c.Dir); err != nil {
		t.Fatal(err)
	}
	select {
	case <-b.over:
	case <-time.After(10 * time.Second):
		t.Error("the monitor does not end")
	}
}

// TestTimeout: a container that runs too long is killed.
func TestTimeout(t *testing.T) {
	b := held(t, `exec sleep 60`, func(b *box) { b.c.Timeout = 100 * time.Millisecond })
	b.wait()
	if got := b.notes()[1]; got != "container-end box 137" {
		t.Errorf("%q", got)
	}
}

// TestHealth: isle looks after the container's health when it wants to.
func TestHealth(t *testing.T) {
	b := held(t, `read line`, func(b *box) {
		b.c.Stdin, b.c.Health = true, 20*time.Millisecond
		b.write(hold.VerbHealth, hold.Checked("starting", 30*time.Millisecond)+"\n"+hold.Checked("healthy", time.Hour)+"\n")
	})
	b.until("it was checked twice", func() bool { return len(b.notes()) == 3 })
	time.Sleep(100 * time.Millisecond)
	if n := len(b.notes()); n != 3 {
		t.Errorf("%q", b.notes())
	}
	b.attached(attach.WantsInput, func(s *attach.Session) { s.Stdin = strings.NewReader("line\n") }).ends(0, "")
}

// TestHeldPipe: a process that stays behind outside and holds the pipe does not
// keep the container from ending, and what was printed is not lost.
func TestHeldPipe(t *testing.T) {
	b := prepared(t, `setsid sh -c 'trap "" HUP; sleep 30; echo never' & echo $! >"$ISLE_TEST_FOLDER"/left; echo last; exit 4`, nil)
	t.Cleanup(func() {
		text, _ := os.ReadFile(b.path("left"))
		if pid, err := strconv.Atoi(strings.TrimSpace(string(text))); err == nil {
			unix.Kill(-pid, unix.SIGKILL)
		}
	})
	c := b.attached(attach.WantsAll, nil)
	b.run()
	begun := time.Now()
	c.ends(4, "last\n")
	b.wait()
	if took := time.Since(begun); took > 2*time.Second {
		t.Errorf("it took %v", took)
	}
}

// TestOrphans: who loses its parent becomes the monitor's child, which takes
// leave of it.
func TestOrphans(t *testing.T) {
	b := held(t, `for i in 1 2 3 4 5; do (sleep 0.3 & ) ; done; read line`, func(b *box) { b.c.Stdin = true })
	children := func() string {
		id := strconv.Itoa(b.monitor.PID)
		list, err := os.ReadFile("/proc/" + id + "/task/" + id + "/children")
		if err != nil {
			t.Skip("children: ", err)
		}
		return strings.TrimSpace(string(list))
	}
	b.until("they are there", func() bool { return len(strings.Fields(children())) > 1 })
	b.until("they have gone", func() bool { return children() == strconv.Itoa(b.pid) })
}

// TestSignals: nothing but SIGTERM means anything to a monitor, and what it
// executes does not ignore anything.
func TestSignals(t *testing.T) {
	b := held(t, `grep SigIgn /proc/self/status; read line; exit 5`, func(b *box) { b.c.Stdin = true })
	for _, s := range []unix.Signal{unix.SIGHUP, unix.SIGINT, unix.SIGQUIT, unix.SIGUSR1, unix.SIGUSR2, unix.SIGALRM, unix.SIGPIPE, unix.SIGTSTP} {
		unix.Kill(b.monitor.PID, s)
	}
	time.Sleep(50 * time.Millisecond)
	b.attached(attach.WantsInput, func(s *attach.Session) { s.Stdin = strings.NewReader("line\n") }).ends(5, "")
	b.wait()
	own, _ := os.ReadFile("/proc/self/status")
	if got := strings.TrimSpace(b.logged(logs.Stdout)); !strings.Contains(string(own), got) {
		t.Errorf("the container ignores signals that this test does not: %s", got)
	}
}

// TestKilledMonitor: the container goes on without it.
func TestKilledMonitor(t *testing.T) {
	b := held(t, `trap "" HUP; sleep 0.2; : >"$ISLE_TEST_FOLDER"/done; sleep 30`, nil)
	unix.Kill(b.monitor.PID, unix.SIGKILL)
	<-b.over
	defer unix.Kill(-b.pid, unix.SIGKILL)
	b.until("the container goes on", func() bool { _, err := os.Stat(b.path("done")); return err == nil })
	if _, err := attach.Dial(b.path(attach.File), 0); !errors.Is(err, attach.ErrNobody) {
		t.Errorf("%v", err)
	}
}
