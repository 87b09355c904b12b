package terminal

import (
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// Terminal is a terminal with a command in its foreground.
type Terminal struct {
	Cmd *exec.Cmd

	t     *testing.T
	outer *os.File
	said  strings.Builder // since the last expectation
	all   strings.Builder // from the beginning
	come  chan string
}

// Start starts the command on a new terminal of 30 lines and 90 columns. At the
// end of the test it is killed.
func Start(t *testing.T, cmd *exec.Cmd) *Terminal {
	t.Helper()
	outer, inner := Open(t)
	defer inner.Close()
	p := &Terminal{Cmd: cmd, t: t, outer: outer, come: make(chan string, 1000)}
	p.Resize(30, 90)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = inner, inner, inner
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { cmd.Process.Kill(); cmd.Wait(); outer.Close() })
	go p.read()
	return p
}

// Open opens both ends of a new terminal.
func Open(t *testing.T) (outer, inner *os.File) {
	t.Helper()
	outer, err := os.OpenFile("/dev/ptmx", os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Skip("terminals: ", err)
	}
	if err := unix.IoctlSetPointerInt(int(outer.Fd()), unix.TIOCSPTLCK, 0); err != nil {
		t.Fatal(err)
	}
	n, err := unix.IoctlGetInt(int(outer.Fd()), unix.TIOCGPTN)
	if err != nil {
		t.Fatal(err)
	}
	inner, err = os.OpenFile("/dev/pts/"+strconv.Itoa(n), os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Skip("terminals: ", err)
	}
	return outer, inner
}

func (p *Terminal) read() {
	buf := make([]byte, 4096)
	for {
		n, err := p.outer.Read(buf)
		if err != nil {
			close(p.come)
			return
		}
		p.come <- string(buf[:n])
	}
}

// Resize gives the terminal another size, as dragging its window does.
func (p *Terminal) Resize(lines, columns uint16) {
	p.t.Helper()
	if err := unix.IoctlSetWinsize(int(p.outer.Fd()), unix.TIOCSWINSZ, &unix.Winsize{Row: lines, Col: columns}); err != nil {
		p.t.Fatal(err)
	}
}

// Expect waits until a text has come since the last expectation.
func (p *Terminal) Expect(text string) {
	p.t.Helper()
	late := time.After(10 * time.Second)
	for !strings.Contains(p.said.String(), text) {
		select {
		case more, ok := <-p.come:
			if !ok {
				p.t.Fatalf("the terminal was closed before %q, after %q", text, p.said.String())
			}
			p.said.WriteString(more)
			p.all.WriteString(more)
		case <-late:
			p.t.Fatalf("%q does not come, but %q; in all there is %q", text, p.said.String(), p.all.String())
		}
	}
	_, rest, _ := strings.Cut(p.said.String(), text)
	p.said.Reset()
	p.said.WriteString(rest)
}

// Prompt is the shell's, if its environment says so: see Env.
const Prompt = "ready> "

// Env are the variables that give a shell the Prompt and nothing of its own.
var Env = []string{"PS1=" + Prompt, "ENV=", "SHELL=/bin/sh"}

// Enter waits for the prompt and types a line.
func (p *Terminal) Enter(line string) {
	p.t.Helper()
	p.Expect(Prompt)
	p.Type(line + "\n")
	p.Expect("\r\n") // of the line itself, as it is echoed
}

// Rest is what has come since the last expectation.
func (p *Terminal) Rest() string { return p.said.String() }

// Type types.
func (p *Terminal) Type(text string) {
	p.t.Helper()
	if _, err := io.WriteString(p.outer, text); err != nil {
		p.t.Fatal(err)
	}
}

// Status is the command's, when it has ended and the terminal is as it was before.
func (p *Terminal) Status(before *unix.Termios) int {
	p.t.Helper()
	p.Cmd.Wait()
	if after := p.Modes(); *after != *before {
		p.t.Errorf("the terminal is left as %+v, it was %+v", after, before)
	}
	return p.Cmd.ProcessState.ExitCode()
}

// Modes are the terminal's settings.
func (p *Terminal) Modes() *unix.Termios {
	p.t.Helper()
	modes, err := unix.IoctlGetTermios(int(p.outer.Fd()), unix.TCGETS)
	if err != nil {
		p.t.Fatal(err)
	}
	return modes
}
