package sandbox_test

import (
	"context"
	"errors"
	"io"
	"os"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"isle/ns"
	"isle/sandbox"
)

func TestContext(t *testing.T) {
	checkLeaks(t)
	ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
	defer cancel()
	err := sandbox.CommandContext(ctx, "sleep", "100").Run()
	var exit *sandbox.ExitError
	if !errors.Is(err, context.DeadlineExceeded) || !errors.As(err, &exit) || exit.Status.Signal() != syscall.SIGKILL {
		t.Errorf("a program that takes too long: %v", err)
	}
	if err := sandbox.CommandContext(ctx, "true").Run(); err != context.DeadlineExceeded {
		t.Errorf("a context that is done: %v", err)
	}
	live, stop := context.WithCancel(context.Background())
	if err := sandbox.CommandContext(live, "true").Run(); err != nil {
		t.Error(err)
	}
	stop()
}

// TestCancel ends programs in an orderly way, whether they agree or not.
func TestCancel(t *testing.T) {
	checkLeaks(t)
	refused := errors.New("refused")
	for _, c := range []struct {
		name, script string
		cancel       error // instead of SIGTERM
		want         error
		code         int
	}{
		{"agrees", "trap 'exit 0' TERM; echo; while :; do sleep 0.01; done", nil, context.Canceled, 0},
		{"complains", "trap 'exit 5' TERM; echo; while :; do sleep 0.01; done", nil, context.Canceled, 5},
		{"ignores", "trap '' TERM; echo; exec sleep 100", nil, context.Canceled, -1},
		{"cannot be asked", "echo; exec sleep 100", refused, refused, -1},
		{"has ended", "echo; sleep 0.1", os.ErrProcessDone, nil, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			ctx, cancel := context.WithCancel(context.Background())
			defer cancel()
			cmd := sandbox.CommandContext(ctx, "sh", "-c", c.script)
			cmd.WaitDelay = time.Second / 2
			cmd.Cancel = func() error {
				if c.cancel != nil {
					return c.cancel
				}
				return cmd.Process.Signal(unix.SIGTERM)
			}
			out, err := cmd.StdoutPipe()
			if err := errors.Join(err, cmd.Start()); err != nil {
				t.Fatal(err)
			}
			out.Read(make([]byte, 1)) // the trap is set
			cancel()
			err = cmd.Wait()
			code := 0
			if exit, ok := err.(*sandbox.ExitError); ok {
				code = exit.ExitCode()
			}
			if !errors.Is(err, c.want) || code != c.code {
				t.Errorf("got %v", err)
			}
		})
	}
}

// TestWaitDelay has a program leave a descendant behind that keeps its output
// open.
func TestWaitDelay(t *testing.T) {
	checkLeaks(t)
	script := "sleep 100 & echo $!"
	c := sandbox.Command("sh", "-c", script)
	c.WaitDelay = 100 * time.Millisecond
	out, err := c.Output()
	if !errors.Is(err, sandbox.ErrWaitDelay) {
		t.Errorf("got %v", err)
	}
	pid, err := strconv.Atoi(strings.TrimSpace(string(out)))
	if err != nil {
		t.Fatalf("%q, %v", out, err)
	}
	unix.Kill(pid, unix.SIGKILL)

	needUserNamespaces(t)
	c = sandbox.Command("sh", "-c", script)
	c.New = ns.SetOf(ns.User, ns.PID)
	c.WaitDelay = time.Minute
	if _, err := c.Output(); err != nil {
		t.Errorf("in a PID namespace of its own: %v", err)
	}
}

// TestWaitDelayInput has the caller's reader never end.
func TestWaitDelayInput(t *testing.T) {
	checkLeaks(t)
	r, w := io.Pipe()
	defer w.Close()
	c := sandbox.Command("true")
	c.Stdin = r
	c.WaitDelay = 50 * time.Millisecond
	if err := c.Run(); !errors.Is(err, sandbox.ErrWaitDelay) {
		t.Errorf("got %v", err)
	}
}
