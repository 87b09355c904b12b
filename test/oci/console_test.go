package oci_test

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	specs "github.com/opencontainers/runtime-spec/specs-go"
	"golang.org/x/sys/unix"

	"isle/test/terminal"
)

// sent runs a verb that sends a terminal to a socket, and gives its outer end.
func (b *bundle) sent(verb string, words ...string) *os.File {
	b.t.Helper()
	socket := filepath.Join(filepath.Dir(b.dir), "console-"+verb)
	l := listen(b.t, socket)
	got := make(chan received, 1)
	go func() { got <- l.receive() }()
	b.good(append([]string{verb, "--console-socket", socket}, words...)...)
	r := <-got
	must(b.t, r.err)
	must(b.t, unix.SetNonblock(r.fd, true))
	f := os.NewFile(uintptr(r.fd), "terminal")
	b.t.Cleanup(func() { f.Close() })
	return f
}

// shown is what comes from a terminal until its other end is closed, or until a
// word has come.
func shown(t *testing.T, f *os.File, word string) string {
	t.Helper()
	must(t, f.SetReadDeadline(time.Now().Add(longest)))
	var text strings.Builder
	buf := make([]byte, 1<<12)
	for word == "" || !strings.Contains(text.String(), word) {
		n, err := f.Read(buf)
		text.Write(buf[:n])
		if err == io.EOF || err != nil && strings.Contains(err.Error(), unix.EIO.Error()) {
			break
		}
		must(t, err)
	}
	return strings.ReplaceAll(text.String(), "\r\n", "\n")
}

const tellTerminal = "tty; stty size; for n in 0 1 2; do readlink /proc/self/fd/$n; done; stat -c '%F %t:%T %u %a' /dev/console; stat -c '%u %a' $(tty); echo tty >/dev/tty; ps -o tty,sid,pid | grep -c '136,0 *1 *1$'"

const wantTerminal = "/dev/pts/0\n33 77\n/dev/pts/0\n/dev/pts/0\n/dev/pts/0\ncharacter special file 88:0 0 620\n0 620\ntty\n1\n"

func withTerminal(s *specs.Spec) {
	s.Process.Terminal = true
	s.Process.ConsoleSize = &specs.Box{Height: 33, Width: 77}
}

// TestTerminal gives a container a terminal whose outer end is sent away.
func TestTerminal(t *testing.T) {
	t.Parallel()
	for _, verb := range []string{"create", "run"} {
		for _, user := range []bool{false, true} {
			t.Run(verb, func(t *testing.T) {
				t.Parallel()
				b := newBundle(t, func(s *specs.Spec) {
					withTerminal(s)
					script(s, tellTerminal)
					if user {
						mapped(s)
					}
				})
				words := []string{b.id}
				if verb == "run" {
					words = []string{"--detach", b.id}
				}
				f := b.sent(verb, words...)
				if verb == "create" {
					b.good("start", b.id)
				}
				same(t, "terminal", shown(t, f, ""), wantTerminal)
			})
		}
	}
}

// TestTerminalTalks types, resizes, and interrupts.
func TestTerminalTalks(t *testing.T) {
	t.Parallel()
	b := newBundle(t, func(s *specs.Spec) {
		withTerminal(s)
		script(s, "trap 'stty size' WINCH; trap 'echo interrupted; exit 3' INT; echo ready; read line; echo got $line; while :; do sleep 0.02; done")
	})
	f := b.sent("run", "--detach", b.id)
	shown(t, f, "ready\r\n")
	_, err := f.WriteString("words\n")
	must(t, err)
	has(t, shown(t, f, "got words\r\n"), "words\ngot words\n")
	must(t, unix.IoctlSetWinsize(int(f.Fd()), unix.TIOCSWINSZ, &unix.Winsize{Row: 12, Col: 34}))
	must(t, unix.SetNonblock(int(f.Fd()), true))
	shown(t, f, "12 34\r\n")
	_, err = f.WriteString("\x03")
	must(t, err)
	shown(t, f, "interrupted\r\n")
	b.awaitStatus(specs.StateStopped)
}

// TestRunOnTerminal runs a container on the terminal of whoever runs it.
func TestRunOnTerminal(t *testing.T) {
	t.Parallel()
	b := newBundle(t, func(s *specs.Spec) {
		s.Process.Terminal = true
		script(s, "trap 'echo size $(stty size)' WINCH; stty size; tty; echo ready; read line; echo got $line; while :; do read more && echo got $more && test $more = end && exit 5; done")
	})
	p := terminal.Start(t, b.command("run", b.id))
	p.Expect("30 90\r\n")
	p.Expect("/dev/pts/0\r\n")
	p.Expect("ready\r\n")
	p.Type("words\r")
	p.Expect("got words\r\n")
	p.Resize(12, 34)
	p.Type("more\r")
	p.Expect("size 12 34\r\n")
	p.Type("end\r")
	p.Expect("got end\r\n")
	same(t, "status", p.Status(sane(t)), 5)
}

// sane are the modes of a terminal as it was opened.
func sane(t *testing.T) *unix.Termios {
	t.Helper()
	outer, inner := terminal.Open(t)
	defer outer.Close()
	defer inner.Close()
	modes, err := unix.IoctlGetTermios(int(outer.Fd()), unix.TCGETS)
	must(t, err)
	return modes
}

func TestTerminalErrors(t *testing.T) {
	t.Parallel()
	b := newBundle(t, withTerminal)
	b.bad([]string{"--console-socket"}, "create", b.id)
	b.bad([]string{"/no/where"}, "create", "--console-socket", "/no/where", b.id)
	b.bad([]string{"--console-socket"}, "run", "--detach", b.id)
	if left := b.left(); len(left) > 0 {
		t.Error(left)
	}
}

// TestExecTerminal gives a further process a terminal of its own.
func TestExecTerminal(t *testing.T) {
	t.Parallel()
	b := running(t, nil)
	f := b.sent("exec", "--tty", "--detach", b.id, "sh", "-c", "tty; stty size; echo out; echo err >&2")
	has(t, shown(t, f, ""), "/dev/pts/0\n", "out\nerr\n")
	p := terminal.Start(t, b.command("exec", "-t", b.id, "sh", "-c", "tty; stty size; read x; exit 6"))
	p.Expect("/dev/pts/")
	p.Expect("30 90\r\n")
	p.Type("\r")
	same(t, "status", p.Status(sane(t)), 6)
}
