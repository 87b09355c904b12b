package run_test

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

// pty is a terminal with isle in its foreground.
type pty struct {
	t     *testing.T
	outer *os.File
	cmd   *exec.Cmd
	said  strings.Builder
	come  chan string
}

// onTerminal starts isle on a new terminal of 30 lines.
func onTerminal(t *testing.T, args ...string) *pty {
	t.Helper()
	outer, inner := openTerminal(t)
	defer inner.Close()
	p := &pty{t: t, outer: outer, cmd: command(t, args...), come: make(chan string, 1000)}
	p.resize(30, 90)
	p.cmd.Stdin, p.cmd.Stdout, p.cmd.Stderr = inner, inner, inner
	p.cmd.Env = append(p.cmd.Env, "PS1=ready> ", "SHELL=/bin/sh", "ENV=")
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.cmd.Process.Kill(); p.cmd.Wait(); outer.Close() })
	go func() {
		buf := make([]byte, 4096)
		for {
			n, err := outer.Read(buf)
			if err != nil {
				close(p.come)
				return
			}
			p.come <- string(buf[:n])
		}
	}()
	return p
}

func openTerminal(t *testing.T) (outer, inner *os.File) {
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

func (p *pty) resize(lines, columns uint16) {
	p.t.Helper()
	if err := unix.IoctlSetWinsize(int(p.outer.Fd()), unix.TIOCSWINSZ, &unix.Winsize{Row: lines, Col: columns}); err != nil {
		p.t.Fatal(err)
	}
}

// expect waits until a text has come since the last expectation.
func (p *pty) expect(text string) {
	p.t.Helper()
	late := time.After(10 * time.Second)
	for !strings.Contains(p.said.String(), text) {
		select {
		case more, ok := <-p.come:
			if !ok {
				p.t.Fatalf("the terminal was closed before %q, after %q", text, p.said.String())
			}
			p.said.WriteString(more)
		case <-late:
			p.t.Fatalf("%q does not come; there is %q", text, p.said.String())
		}
	}
	_, rest, _ := strings.Cut(p.said.String(), text)
	p.said.Reset()
	p.said.WriteString(rest)
}

func (p *pty) typed(text string) {
	p.t.Helper()
	if _, err := io.WriteString(p.outer, text); err != nil {
		p.t.Fatal(err)
	}
}

// status is isle's, when it has ended and the terminal is as it was before.
func (p *pty) status(before *unix.Termios) int {
	p.t.Helper()
	p.cmd.Wait()
	if after := p.modes(); *after != *before {
		p.t.Errorf("the terminal is left as %+v, it was %+v", after, before)
	}
	return p.cmd.ProcessState.ExitCode()
}

func (p *pty) modes() *unix.Termios {
	p.t.Helper()
	modes, err := unix.IoctlGetTermios(int(p.outer.Fd()), unix.TCGETS)
	if err != nil {
		p.t.Fatal(err)
	}
	return modes
}
