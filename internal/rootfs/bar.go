package rootfs

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"
	"unicode"

	"golang.org/x/term"
)

// Meter is a line on a terminal that tells how far the unpacking is. A nil
// Meter is one that says nothing.
type Meter struct {
	w     io.Writer
	fd    int
	name  string
	total int64
	plain bool // no colours

	mu    sync.Mutex
	start time.Time
	drawn time.Time // when last; zero if never
}

// The line appears only when there is something to wait for, and then changes
// as often as one can read.
const (
	firstDraw = 200 * time.Millisecond
	nextDraw  = 100 * time.Millisecond
)

// Bar gives a meter for the archive name of total bytes (0: not known) if w is
// a terminal, and nil otherwise. Its Report is to be Options.Progress.
func Bar(w io.Writer, name string, total int64) *Meter {
	f, ok := w.(interface{ Fd() uintptr })
	if !ok || os.Getenv("TERM") == "dumb" || !term.IsTerminal(int(f.Fd())) {
		return nil
	}
	return &Meter{
		w: w, fd: int(f.Fd()), name: printable(filepath.Base(name)), total: total,
		plain: os.Getenv("NO_COLOR") != "", start: time.Now(),
	}
}

// Report draws the line anew, unless that was done a moment ago.
func (m *Meter) Report(done, total int64, entries int) {
	if m == nil {
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	now := time.Now()
	if now.Sub(m.start) < firstDraw || now.Sub(m.drawn) < nextDraw {
		return
	}
	m.drawn = now
	if m.total > 0 {
		total = m.total
	}
	width, _, err := term.GetSize(m.fd)
	if err != nil || width <= 0 {
		width = 80
	}
	fmt.Fprint(m.w, "\r\x1b[K", m.line(done, total, entries, now.Sub(m.start), width-1))
}

// Done takes the line away.
func (m *Meter) Done() {
	if m == nil {
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if !m.drawn.IsZero() {
		fmt.Fprint(m.w, "\r\x1b[K")
		m.drawn = time.Time{}
	}
}

// line is the text of the meter, in at most width columns.
func (m *Meter) line(done, total int64, entries int, took time.Duration, width int) string {
	const bar = 20
	rate := float64(done) / 1e6 / max(took.Seconds(), 1e-3)
	tail := fmt.Sprintf(" %d entries %.1f MB/s", entries, rate)
	head := m.name + " "
	if total > 0 {
		part := min(max(float64(done)/float64(total), 0), 1)
		full := int(part * bar)
		tail = fmt.Sprintf(" %3.0f%%", part*100) + tail
		if len(head)+bar+len(tail) <= width {
			return head + m.dim(strings.Repeat("█", full), strings.Repeat("░", bar-full)) + tail
		}
	}
	text := []rune(strings.TrimSpace(head) + tail)
	return string(text[:min(len(text), max(width, 0))])
}

func (m *Meter) dim(full, rest string) string {
	if m.plain {
		return full + rest
	}
	return "\x1b[36m" + full + "\x1b[0;2m" + rest + "\x1b[0m"
}

// printable keeps a file name from steering the terminal.
func printable(name string) string {
	return strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return '?'
		}
		return r
	}, name)
}
