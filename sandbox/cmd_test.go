package sandbox_test

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"os"
	"strings"
	"sync"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"

	"isle/sandbox"
)

func TestRun(t *testing.T) {
	checkLeaks(t)
	if err := sandbox.Command("true").Run(); err != nil {
		t.Error(err)
	}
	err := sandbox.Command("sh", "-c", "exit 7").Run()
	var exit *sandbox.ExitError
	if !errors.As(err, &exit) || exit.ExitCode() != 7 || err.Error() != "exit status 7" {
		t.Errorf("a program that exits with 7: %v", err)
	}
	err = sandbox.Command("sh", "-c", "kill -TERM $$").Run()
	if !errors.As(err, &exit) || exit.ExitCode() != -1 || exit.Status.Signal() != syscall.SIGTERM || err.Error() != "signal: terminated" {
		t.Errorf("a program that is ended by a signal: %v", err)
	}
}

func TestOutput(t *testing.T) {
	checkLeaks(t)
	out, err := sandbox.Command("sh", "-c", "echo out; echo err >&2; exit 3").Output()
	var exit *sandbox.ExitError
	if string(out) != "out\n" || !errors.As(err, &exit) || string(exit.Stderr) != "err\n" {
		t.Errorf("%q, %v", out, err)
	}
	out, err = sandbox.Command("sh", "-c", "echo a; echo b >&2; echo c").CombinedOutput()
	if string(out) != "a\nb\nc\n" || err != nil {
		t.Errorf("%q, %v", out, err)
	}
	c := sandbox.Command("sh", "-c", "head -c 300000 /dev/zero >&2; printf END >&2; exit 1")
	if _, err = c.Output(); !errors.As(err, &exit) || len(exit.Stderr) != 32<<10 || !bytes.HasSuffix(exit.Stderr, []byte("\x00END")) {
		t.Errorf("%d bytes of standard error, %v", len(exit.Stderr), err)
	}
	c = sandbox.Command("true")
	c.Stdout = io.Discard
	if _, err := c.Output(); err == nil {
		t.Error("Output with Stdout set")
	}
	if _, err := c.CombinedOutput(); err == nil {
		t.Error("CombinedOutput with Stdout set")
	}
}

// TestStdin gives more than fits a pipe, to programs that read it or do not.
func TestStdin(t *testing.T) {
	checkLeaks(t)
	text := strings.Repeat("0123456789abcdef", 1<<16)
	c := sandbox.Command("cat")
	c.Stdin = strings.NewReader(text)
	if out, err := c.Output(); string(out) != text || err != nil {
		t.Errorf("%d bytes of %d, %v", len(out), len(text), err)
	}
	c = sandbox.Command("true")
	c.Stdin = strings.NewReader(text)
	if err := c.Run(); err != nil {
		t.Errorf("a program that does not read: %v", err)
	}
	broken := errors.New("broken")
	c = sandbox.Command("cat")
	c.Stdin = io.MultiReader(strings.NewReader("x"), failing{broken})
	if out, err := c.Output(); string(out) != "x" || !errors.Is(err, broken) {
		t.Errorf("a reader that fails: %q, %v", out, err)
	}
	c = sandbox.Command("sh", "-c", "while echo x; do :; done 2>/dev/null; exit 0")
	c.Stdout = failing{broken}
	if err := c.Run(); !errors.Is(err, broken) && !errors.As(err, new(*sandbox.ExitError)) {
		t.Errorf("a writer that fails: %v", err)
	}
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error)  { return 0, f.err }
func (f failing) Write([]byte) (int, error) { return 0, f.err }

// TestNull looks at what the program has when it was given nothing.
func TestNull(t *testing.T) {
	checkLeaks(t)
	out, err := sandbox.Command("sh", "-c", "readlink /proc/self/fd/0; cat; for f in 0 1 2 3 4 5 6 7 8 9; do test ! -e /proc/$$/fd/$f || printf '%s ' $f; done").Output()
	if string(out) != "/dev/null\n0 1 2 " || err != nil {
		t.Errorf("%q, %v", out, err)
	}
}

// TestOnce uses a Cmd more often than it can be.
func TestOnce(t *testing.T) {
	checkLeaks(t)
	c := sandbox.Command("true")
	if err := c.Wait(); err == nil {
		t.Error("Wait before Start")
	}
	if err := c.Run(); err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err == nil {
		t.Error("a second Start")
	}
	if err := c.Wait(); err == nil {
		t.Error("a second Wait")
	}
	if status, err := c.WaitStatus(false); status != 0 || err != nil {
		t.Errorf("the status once more: %v, %v", status, err)
	}
	if err := c.Process.Kill(); !errors.Is(err, os.ErrProcessDone) {
		t.Errorf("Kill after the end: %v", err)
	}
	if _, err := c.StdoutPipe(); err == nil {
		t.Error("a pipe after Start")
	}
}

// TestSignalRace signals processes that are ending and being waited for.
func TestSignalRace(t *testing.T) {
	checkLeaks(t)
	for range 30 {
		c := sandbox.Command("true")
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		var group sync.WaitGroup
		for range 4 {
			group.Go(func() {
				for {
					switch err := c.Process.Signal(unix.SIGCONT); {
					case errors.Is(err, os.ErrProcessDone):
						return
					case err != nil:
						t.Error(err)
						return
					}
				}
			})
			group.Go(func() {
				if status, err := c.WaitStatus(false); status != 0 || err != nil {
					t.Errorf("status %v, %v", status, err)
				}
			})
		}
		if err := c.Wait(); err != nil {
			t.Error(err)
		}
		group.Wait()
	}
}

func TestStops(t *testing.T) {
	checkLeaks(t)
	c := sandbox.Command("sh", "-c", "kill -STOP $$; exit 4")
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	if status, err := c.WaitStatus(true); err != nil || !status.Stopped() {
		t.Errorf("status %v, %v", status, err)
	}
	c.Process.Signal(unix.SIGCONT)
	if status, err := c.WaitStatus(true); err != nil || status.ExitStatus() != 4 {
		t.Errorf("status %v, %v", status, err)
	}
}

func TestNotFound(t *testing.T) {
	checkLeaks(t)
	for _, name := range []string{"isle-no-such-program", "/no/such/program"} {
		c := sandbox.Command(name)
		c.Env = []string{"PATH=/usr/bin:/bin"} // directories that everybody may search
		c.Stdin, c.Stdout = strings.NewReader("x"), io.Discard
		err := c.Run()
		var step *sandbox.StepError
		if !errors.Is(err, fs.ErrNotExist) || !errors.As(err, &step) || !step.Exec || step.Syscall == "" && step.Errno != unix.ENOENT {
			t.Errorf("%s: %v, %+v", name, err, step)
		}
	}
	err := sandbox.Command("/etc/passwd").Run()
	if !errors.Is(err, fs.ErrPermission) || !errors.Is(err, unix.EACCES) {
		t.Errorf("a file that is no program: %v", err)
	}
}

func TestString(t *testing.T) {
	for want, c := range map[string]*sandbox.Cmd{
		"sh -c 'echo $HOME'": sandbox.Command("sh", "-c", "echo $HOME"),
		"true":               {Path: "true"},
	} {
		if c.String() != want {
			t.Errorf("%s, want %s", c, want)
		}
	}
}
