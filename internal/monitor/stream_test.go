package monitor

import (
	"io"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"isle/internal/engine/attach"
	"isle/internal/engine/logs"
)

// TestInput: what is typed before the container runs arrives, and its end.
func TestInput(t *testing.T) {
	b := prepared(t, `cat; echo end`, func(b *box) { b.c.Stdin, b.c.StdinOnce = true, true })
	big := strings.Repeat("0123456789abcde\n", 1<<16) // 1 MiB
	c := b.attached(attach.WantsInput|attach.WantsAll, func(s *attach.Session) { s.Stdin = strings.NewReader(big) })
	time.Sleep(20 * time.Millisecond)
	b.run()
	c.ends(0, big+"end\n")
	b.wait()
	if b.logged(logs.Stdout) != big+"end\n" {
		t.Error("the log differs")
	}
}

// TestNoInput: without -i there is nothing to read, and what is typed is dropped.
func TestNoInput(t *testing.T) {
	b := prepared(t, `cat; readlink /proc/self/fd/0`, nil)
	c := b.attached(attach.WantsInput, func(s *attach.Session) { s.Stdin = strings.NewReader(strings.Repeat("x", 1<<20)) })
	b.run()
	c.ends(0, os.DevNull+"\n")
}

// TestInputAtTheirPace: a container that reads slowly gets all, and holds up
// neither the monitor nor other clients.
func TestInputAtTheirPace(t *testing.T) {
	big := strings.Repeat("x", 300<<10)
	b := held(t, `sleep 0.3; wc -c`, func(b *box) { b.c.Stdin = true })
	c := b.attached(attach.WantsInput, func(s *attach.Session) { s.Stdin = strings.NewReader(big) })
	other := b.attached(0, nil)
	time.Sleep(100 * time.Millisecond)
	late := b.attached(attach.WantsInput, nil)
	c.ends(0, strconv.Itoa(len(big))+"\n")
	other.ends(0, strconv.Itoa(len(big))+"\n")
	late.ends(0, strconv.Itoa(len(big))+"\n")
}

// TestStdinOnce: the container's input ends with the client that could type,
// or stays for the next one.
func TestStdinOnce(t *testing.T) {
	for once, want := range map[bool]string{true: "one\n", false: "one\ntwo\n"} {
		b := held(t, `cat`, func(b *box) { b.c.Stdin, b.c.StdinOnce = true, once })
		watching := b.attached(0, nil)
		r, w := io.Pipe()
		first := b.attached(attach.WantsInput, func(s *attach.Session) { s.Stdin = r })
		io.WriteString(w, "one\n")
		first.shows("one\n")
		first.s.Close()
		if !once {
			b.attached(attach.WantsInput, func(s *attach.Session) { s.Stdin = strings.NewReader("two\n") })
		}
		watching.ends(0, want)
		b.wait()
		w.Close()
	}
}

// TestTerminal: a terminal of the size of the client's, keys that leave it, and
// somebody else who goes on.
func TestTerminal(t *testing.T) {
	b := prepared(t, `stty size; trap 'stty size; exit 6' WINCH; echo "$(tty | cut -c1-8) ready"; while :; do read line && echo "got $line"; done`,
		func(b *box) { b.c.Terminal = true })
	r, w := io.Pipe()
	first := b.attached(attach.WantsInput|attach.WantsAll, func(s *attach.Session) {
		s.Stdin, s.Keys = r, attach.DefaultKeys
		s.Resize(33, 99)
	})
	b.run()
	first.shows("33 99\r\n/dev/pts ready\r\n")
	io.WriteString(w, "one\r")
	first.shows("got one\r\n")
	io.WriteString(w, "\x10\x11")
	if err := <-first.done; err != attach.ErrDetached {
		t.Errorf("%v", err)
	}
	second := b.attached(attach.WantsInput, func(s *attach.Session) { s.Stdin = strings.NewReader("two\r") })
	second.shows("got two\r\n")
	second.s.Resize(40, 120)
	second.shows("40 120")
	second.s.Stdin = nil
	second.ends(6, "two\r\ngot two\r\n40 120\r\n")
	b.wait()
	if got := b.logged(logs.Stdout); !strings.HasSuffix(got, "one\r\ngot one\r\ntwo\r\ngot two\r\n40 120\r\n") {
		t.Errorf("the log: %q", got)
	}
}

// TestTerminalEndsAtOnce: the last words of a program are read, and its end is
// not waited for any longer than it takes.
func TestTerminalEndsAtOnce(t *testing.T) {
	last := strings.Repeat("x", 3000) + "end\r\n"
	script := `sleep 0.1; printf %03000d 0 | tr 0 x; echo end`
	for range 5 {
		b := prepared(t, script, func(b *box) { b.c.Terminal = true })
		c := b.attached(attach.WantsInput, nil)
		begun := time.Now()
		b.run()
		c.ends(0, last)
		if took := time.Since(begun); took > 100*time.Millisecond+moment {
			t.Errorf("it took %v", took)
		}
	}
}

// TestTerminalClosed: one that nobody has open for a while is still there when it
// is opened again. The program does not end at once, for then the kernel hangs the
// terminal up and may drop what it has just been given.
func TestTerminalClosed(t *testing.T) {
	b := prepared(t, `t=$(tty); exec <&- >&- 2>&-; sleep 0.4; exec >"$t"; echo again; sleep 0.4`, func(b *box) { b.c.Terminal = true })
	c := b.attached(0, nil)
	b.run()
	c.ends(0, "again\r\n")
}

// TestPassthrough: the container has the streams of who started it.
func TestPassthrough(t *testing.T) {
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	folder.Lock()
	saved, err := unix.Dup(1)
	if err != nil {
		t.Fatal(err)
	}
	unix.Dup2(int(w.Fd()), 1)
	folder.Unlock()
	b := prepared(t, `echo through`, func(b *box) { b.c.Log.Driver = logs.Passthrough })
	folder.Lock()
	unix.Dup2(saved, 1)
	unix.Close(saved)
	folder.Unlock()
	w.Close()
	c := b.attached(attach.WantsAll, nil)
	b.run()
	c.ends(0, "")
	b.wait()
	if got, err := io.ReadAll(r); string(got) != "through\n" || err != nil {
		t.Errorf("%q, %v", got, err)
	}
	if _, err := os.Stat(b.path(logs.File)); err == nil {
		t.Error("there is a log")
	}
}

// TestDescriptors: the container has three, and the monitor those that it needs.
func TestDescriptors(t *testing.T) {
	for _, terminal := range []bool{false, true} {
		leak, err := os.Open("/")
		if err != nil {
			t.Fatal(err)
		}
		unix.FcntlInt(leak.Fd(), unix.F_SETFD, 0) // as a careless parent of isle's leaves one open
		b := prepared(t, `ls /proc/self/fd | tr '\n' ' '; read line`, func(b *box) { b.c.Terminal, b.c.Stdin = terminal, true })
		leak.Close()
		c := b.attached(attach.WantsInput, nil)
		b.run()
		c.shows("2 3 ")
		// 0-2, epoll, two of signals, folder, log, socket; in, out and err, or both
		// directions of the terminal; and the client.
		want := quiet + 1
		if terminal {
			want--
		}
		list := b.descriptors()
		for end := time.Now().Add(2 * time.Second); len(list) != want && time.Now().Before(end); list = b.descriptors() {
			time.Sleep(10 * time.Millisecond) // it may be in the middle of taking the terminal
		}
		if len(list) != want {
			t.Errorf("terminal %v: the monitor has %d descriptors, want %d: %q", terminal, len(list), want, list)
		}
		unix.Kill(-b.pid, unix.SIGKILL)
		b.wait()
		if got := b.logged(logs.Stdout); !strings.HasPrefix(got, "0 1 2 3 ") { // 3 is that of ls itself
			t.Errorf("terminal %v: the container has %q", terminal, got)
		}
	}
}
