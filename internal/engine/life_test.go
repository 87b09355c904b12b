package engine

import (
	"errors"
	"os"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"isle/internal/engine/request"
)

func status(t *testing.T, c *Container) Status {
	t.Helper()
	s, err := c.Status()
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestLife(t *testing.T) {
	e := newEngine(t)
	c := create(t, e, request.Container{Name: "box", Command: []string{"sh", "-c", "touch /made; exit 7"}})
	if s := status(t, c); s != Created {
		t.Errorf("it is %s", s)
	}
	run, err := e.Start(c, Streams{})
	if err != nil {
		t.Fatal(err)
	}
	if s := status(t, c); s != Running && s != Exited {
		t.Errorf("it is %s", s)
	}
	code, err := run.Wait()
	if code != 7 || err != nil {
		t.Errorf("%d, %v", code, err)
	}
	if d, err := e.End(c, code); err != nil || d.Restart || d.Removed {
		t.Errorf("%+v, %v", d, err)
	}
	found, err := e.Find("box")
	if err != nil {
		t.Fatal(err)
	}
	if found.State.ExitCode != 7 || found.State.Finished.IsZero() || status(t, found) != Exited {
		t.Errorf("%+v", found.State)
	}
	if _, err := os.Stat(c.Path("upper", "made")); err != nil {
		t.Error(err)
	}
	if err := e.Remove(found, false); err != nil {
		t.Error(err)
	}
	if _, err := e.Find("box"); !errors.Is(err, ErrUnknown) {
		t.Error(err)
	}
	nothingLeft(t, e)
}

// nothingLeft looks for what a removed container may have left.
func nothingLeft(t *testing.T, e *Engine) {
	t.Helper()
	for _, dir := range []string{"containers", "names", "work", "run"} {
		if entries, err := os.ReadDir(e.path(dir)); err == nil && len(entries) > 0 {
			t.Errorf("%s has %v", dir, entries)
		}
	}
	if pins, err := e.Images.Pins(); err != nil || len(pins) > 0 {
		t.Errorf("images are kept for %v, %v", pins, err)
	}
}

func TestStop(t *testing.T) {
	e := newEngine(t)
	c := create(t, e, request.Container{Command: []string{"sleep", "100"}, Restart: "always", Remove: true})
	run, err := e.Start(c, Streams{})
	if err != nil {
		t.Fatal(err)
	}
	if err := e.Remove(c, false); err == nil {
		t.Error("it was removed while it runs")
	}
	if _, err := e.Start(c, Streams{}); !errors.Is(err, ErrUp) {
		t.Error(err)
	}
	ended := make(chan Decision)
	go func() {
		code, _ := run.Wait()
		d, err := e.End(run.Container, code)
		if code != 137 || err != nil {
			t.Errorf("%d, %v", code, err)
		}
		ended <- d
	}()
	other, err := e.Find(c.Request.ID[:12])
	if err != nil {
		t.Fatal(err)
	}
	if err := e.Stop(other, unix.SIGTERM, 0); err != nil {
		t.Error(err)
	}
	if d := <-ended; d.Restart || !d.Removed {
		t.Errorf("%+v", d)
	}
	nothingLeft(t, e)
}

// TestForsaken: the process that held a container is gone, as after kill -9.
func TestForsaken(t *testing.T) {
	e := newEngine(t)
	c := create(t, e, request.Container{Command: []string{"sleep", "100"}})
	run, err := e.Start(c, Streams{})
	if err != nil {
		t.Fatal(err)
	}
	c.State.MonStart++ // another process than this one
	if err := c.save(); err != nil {
		t.Fatal(err)
	}
	if c.Held() || status(t, c) != Running {
		t.Errorf("%+v", c.State)
	}
	unix.Kill(c.State.PID, unix.SIGKILL)
	run.Wait()
	if err := e.Refresh(c); err != nil {
		t.Fatal(err)
	}
	if c.State.PID != 0 || c.State.ExitCode != Unseen || status(t, c) != Exited {
		t.Errorf("%+v", c.State)
	}
	again, err := e.Start(c, Streams{})
	if err != nil {
		t.Fatal(err)
	}
	other, err := e.Find(c.Request.ID)
	if err != nil {
		t.Fatal(err)
	}
	go func() {
		code, _ := again.Wait()
		e.End(again.Container, code)
	}()
	if err := e.Remove(other, true); err != nil {
		t.Error(err)
	}
	nothingLeft(t, e)
}

func TestNames(t *testing.T) {
	e := newEngine(t)
	c := create(t, e, request.Container{Name: "one"})
	if _, err := e.Create(t.Context(), &request.Container{Name: "one", Image: request.Image{Name: "bb:1"}}); !errors.Is(err, ErrNameTaken) {
		t.Error(err)
	}
	if err := e.Rename(c, "two"); err != nil {
		t.Fatal(err)
	}
	if _, err := e.Find("one"); !errors.Is(err, ErrUnknown) {
		t.Error(err)
	}
	create(t, e, request.Container{Name: "one"})
	if err := e.Rename(c, "one"); !errors.Is(err, ErrNameTaken) {
		t.Error(err)
	}
	for _, bad := range []string{"", "../x", "-a", "a/b", "a b"} {
		if err := e.Rename(c, bad); err == nil {
			t.Errorf("%q was taken", bad)
		}
	}
	// What a kill in the middle of a creation leaves is no name.
	if err := os.Symlink("0123", e.path("names", "new")); err != nil {
		t.Fatal(err)
	}
	create(t, e, request.Container{Name: "new"})
	if list, err := e.List(); err != nil || len(list) != 3 || list[0].Request.Name != "new" {
		t.Errorf("%v, %v", list, err)
	}
}

// TestTidy: what kills leave is removed, and nothing that somebody is at work on.
func TestTidy(t *testing.T) {
	e := newEngine(t)
	c := create(t, e, request.Container{})
	for _, dir := range []string{"00ff", "new-00ff"} {
		if err := os.MkdirAll(e.path("work", dir, "upper"), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	gone := strings.Repeat("ab", 32)
	if _, err := e.Images.Pin(t.Context(), "bb:1", gone); err != nil {
		t.Fatal(err)
	}
	if err := e.Tidy(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(e.path("work", "new-00ff")); err != nil {
		t.Error("what was just made is gone: ", err)
	}
	if _, err := os.Stat(e.path("work", "00ff")); err == nil {
		t.Error("what a killed process has left is there still")
	}
	if pins, err := e.Images.Pins(); err != nil || len(pins) != 1 || pins[c.Request.ID] == "" {
		t.Errorf("%v, %v", pins, err)
	}
}
