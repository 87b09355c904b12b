package parent

import (
	"io"
	"os"
	"os/signal"
	"time"

	"golang.org/x/sys/unix"
	"golang.org/x/term"
)

// Terminal relays between isle's own terminal and the one inside.
type Terminal struct {
	inside *os.File
	state  *term.State
	done   chan struct{}
	resize chan os.Signal
	stop   *os.File // closed when nothing is to be typed any more
	fed    chan struct{}
}

// Relay makes isle's terminal raw, since the inner one does the editing, and
// copies both ways.
func Relay(inside *os.File) *Terminal {
	t := &Terminal{inside: inside, done: make(chan struct{}), resize: make(chan os.Signal, 1)}
	if term.IsTerminal(0) {
		t.state, _ = term.MakeRaw(0)
	}
	signal.Notify(t.resize, unix.SIGWINCH)
	go t.follow()
	go t.feed(t.stoppable())
	go func() {
		io.Copy(os.Stdout, inside) // ends with EIO when the inner side is closed
		close(t.done)
	}()
	return t
}

// stoppable is standard input up to the moment when stop is closed: then what
// is typed is left to whoever reads next.
func (t *Terminal) stoppable() io.Reader {
	t.fed = make(chan struct{})
	end, stop, err := os.Pipe()
	if err != nil {
		return os.Stdin
	}
	t.stop = stop
	return until{end}
}

// until reads standard input until the other end of a pipe is closed.
type until struct{ stopped *os.File }

func (u until) Read(b []byte) (int, error) {
	fds := []unix.PollFd{{Fd: 0, Events: unix.POLLIN}, {Fd: int32(u.stopped.Fd())}}
	for {
		_, err := unix.Poll(fds, -1)
		switch {
		case err != nil && err != unix.EINTR:
			return 0, err
		case err == nil && fds[1].Revents != 0:
			return 0, os.ErrClosed
		case err == nil:
			return os.Stdin.Read(b)
		}
	}
}

// feed types what comes in. When that ends, as a file or a pipe does, it types
// the end of file that a program inside is waiting for.
func (t *Terminal) feed(in io.Reader) {
	defer close(t.fed)
	if _, err := io.Copy(t.inside, in); err != nil {
		return
	}
	const end = 4 // Ctrl-D, VEOF of termios(3); after half a line the first only ends it
	t.inside.Write([]byte{end, end})
}

// follow gives the inner terminal the size of the outer one.
func (t *Terminal) follow() {
	for range t.resize {
		if size, err := unix.IoctlGetWinsize(0, unix.TIOCGWINSZ); err == nil {
			unix.IoctlSetWinsize(int(t.inside.Fd()), unix.TIOCSWINSZ, size)
		}
	}
}

// Close waits for what was still to be shown, then restores the terminal. A
// process that stays behind outside of the island's PID namespace may hold the
// inner side open for ever: then what came until now is all.
func (t *Terminal) Close() {
	select {
	case <-t.done:
	case <-time.After(500 * time.Millisecond):
	}
	signal.Stop(t.resize)
	if t.stop != nil {
		t.stop.Close()
		select {
		case <-t.fed:
		case <-time.After(100 * time.Millisecond): // it is typing into what nobody reads
		}
	}
	if t.state != nil {
		term.Restore(0, t.state)
	}
}
