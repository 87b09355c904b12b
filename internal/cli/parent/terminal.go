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
	go t.feed()
	go func() {
		io.Copy(os.Stdout, inside) // ends with EIO when the inner side is closed
		close(t.done)
	}()
	return t
}

// feed types what comes in. When that ends, as a file or a pipe does, it types
// the end of file that a program inside is waiting for.
func (t *Terminal) feed() {
	if _, err := io.Copy(t.inside, os.Stdin); err != nil {
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
	if t.state != nil {
		term.Restore(0, t.state)
	}
}
