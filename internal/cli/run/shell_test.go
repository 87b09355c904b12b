package run_test

import (
	"os"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// TestShell is a session at a terminal: a shell inside with job control, whose
// terminal has the size of the outer one and follows it.
func TestShell(t *testing.T) {
	for _, args := range [][]string{nil, {"--init"}} {
		t.Run(strings.Join(args, ""), func(t *testing.T) { session(t, args) })
	}
}

func session(t *testing.T, args []string) {
	p := onTerminal(t, append(args, "sh")...)
	before := p.modes()
	p.expect("ready> ")
	p.typed("tty; stty size\n")
	p.expect("/dev/pts/0\r\n30 90\r\n")
	p.resize(40, 120)
	p.typed("sleep 0.2; stty size\n")
	p.expect("40 120\r\n")

	p.typed("sleep 100; echo status $?\n")
	p.expect("status $?\r\n")
	p.settle("sleep")
	p.typed("\x03")
	p.expect("ready> ")

	p.typed("sleep 100\n")
	p.expect("sleep 100\r\n")
	p.settle("sleep")
	p.typed("\x1a")
	p.expect("ready> ")
	p.typed("jobs\n")
	p.expect("Stopped")
	p.typed("kill -9 %1; wait; cat\n")
	p.expect("cat\r\n")
	p.settle("cat")
	p.typed("echoed\n")
	p.expect("echoed\r\nechoed\r\n")
	p.typed("\x04")
	p.expect("ready> ")
	p.typed("exit 5\n")
	if got := p.status(before); got != 5 {
		t.Errorf("status %d, want 5", got)
	}
}

// settle waits until the terminal inside belongs to a program of that name.
func (p *pty) settle(name string) {
	p.t.Helper()
	waitFor(p.t, name+" in the foreground", func() bool {
		for _, pid := range descendants(p.t, p.cmd.Process.Pid) {
			if stat := statOf(pid); stat.name == name && stat.group == stat.foreground {
				return true
			}
		}
		return false
	})
}

// TestTerminalChoice: -t and -T overrule what isle finds.
func TestTerminalChoice(t *testing.T) {
	r := want(t, 0, "/dev/pts/0", "-t", "sh", "-c", "tty; exit 0")
	if !strings.HasSuffix(r.out, "\r\n") {
		t.Errorf("no terminal wrote %q", r.out)
	}
	want(t, 1, "not a tty", "sh", "-c", "tty")
	p := onTerminal(t, "-T", "sh", "-c", "tty; exit 3")
	before := p.modes()
	p.expect("\n")
	if got := p.status(before); got != 3 || strings.Contains(p.said.String(), "/dev/pts/0") {
		t.Errorf("status %d, with -T the terminal is %q", got, p.said.String())
	}
}

// TestInputEnds: a program on a terminal is told that isle's input has ended.
func TestInputEnds(t *testing.T) {
	for _, text := range []string{"a line\n", "half a line", ""} {
		cmd := command(t, "-t", "cat")
		cmd.Stdin = strings.NewReader(text)
		if r := finish(t, cmd); r.code != 0 || !strings.Contains(r.out, strings.TrimSpace(text)) {
			t.Errorf("%q: %+v", text, r)
		}
	}
}

// TestTerminalOwner: the terminal belongs to the user who is on it.
func TestTerminalOwner(t *testing.T) {
	needSubids(t)
	want(t, 0, "owner 1000:", "--rootfs", archive(t, newRoot(t)), "-t", "-u", "bob", "/bin/probe", "stat", "/dev/pts/0")
}

// TestTerminalGone: a closed terminal ends the island, as it ends a login.
func TestTerminalGone(t *testing.T) {
	p := onTerminal(t, "--init", "sh")
	p.expect("ready> ")
	pid := descendants(t, p.cmd.Process.Pid)[0]
	fd, err := unix.PidfdOpen(int(number(t, pid)), 0)
	if err != nil {
		t.Fatal(err)
	}
	defer unix.Close(fd)
	p.cmd.Process.Signal(os.Signal(unix.SIGHUP))
	if !ends(fd) {
		t.Error("the shell is still there")
	}
}
