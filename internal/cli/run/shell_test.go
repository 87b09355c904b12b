package run_test

import (
	"os"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"isle/test/terminal"
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
	before := p.Modes()
	p.Enter("tty; stty size")
	p.Expect("/dev/pts/0\r\n30 90\r\n")
	p.Resize(40, 120)
	p.Enter("sleep 0.2; stty size")
	p.Expect("40 120\r\n")

	p.Enter("sleep 100; echo status $?")
	settle(t, p, "sleep")
	p.Type("\x03")

	p.Enter("sleep 100")
	settle(t, p, "sleep")
	p.Type("\x1a")
	p.Enter("jobs")
	p.Expect("Stopped")
	p.Enter("kill -9 %1; wait; cat")
	settle(t, p, "cat")
	p.Type("echoed\n")
	p.Expect("echoed\r\nechoed\r\n")
	p.Type("\x04")
	p.Enter("exit 5")
	if got := p.Status(before); got != 5 {
		t.Errorf("status %d, want 5", got)
	}
}

// settle waits until the terminal inside belongs to a program of that name.
func settle(t *testing.T, p *terminal.Terminal, name string) {
	t.Helper()
	waitFor(t, name+" in the foreground", func() bool {
		for _, pid := range descendants(t, p.Cmd.Process.Pid) {
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
	before := p.Modes()
	p.Expect("\n")
	if got := p.Status(before); got != 3 || strings.Contains(p.Rest(), "/dev/pts/0") {
		t.Errorf("status %d, with -T the terminal is %q", got, p.Rest())
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
	p.Expect("ready> ")
	pid := descendants(t, p.Cmd.Process.Pid)[0]
	fd, err := unix.PidfdOpen(int(number(t, pid)), 0)
	if err != nil {
		t.Fatal(err)
	}
	defer unix.Close(fd)
	p.Cmd.Process.Signal(os.Signal(unix.SIGHUP))
	if !ends(fd) {
		t.Error("the shell is still there")
	}
}
