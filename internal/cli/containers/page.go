package containers

import (
	"bufio"
	"strconv"
	"sync"
	"time"

	"isle/internal/cli/verb"
	"isle/internal/engine"
	"isle/internal/engine/logs"
)

// page is where logs are printed: what containers have said on standard error
// goes to standard error.
type page struct {
	mu       sync.Mutex
	out, err *bufio.Writer
	last     logs.Stream
	at       bool // each line at once
}

// flush prints what is held back.
func (p *page) flush() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.flushed()
}

func (p *page) flushed() error {
	if err := p.out.Flush(); err != nil {
		return err
	}
	return p.err.Flush()
}

// column is a container's part of a page.
type column struct {
	p             *page
	before, after string  // each line
	times         bool    // and the time
	within        [2]bool // a line has begun on that stream and not ended
}

// column makes the part of the nth container.
func (p *page) column(c *engine.Container, n int, v *verb.Command, several bool) *column {
	l := &column{p: p, times: v.On("timestamps")}
	switch {
	case v.On("names"):
		l.before = c.Request.Name + " "
	case several:
		l.before = c.Request.ID[:12] + " "
	}
	if v.On("color") {
		l.before, l.after = "\x1b["+strconv.Itoa(31+n%6)+"m"+l.before, "\x1b[0m"
	}
	return l
}

// stamp is podman's form of a time.
const stamp = "2006-01-02T15:04:05.000000000Z07:00"

// print prints a line, or a piece of one, as it is: what a hostile program prints
// reaches the terminal here as it would from the program itself.
func (l *column) print(e *logs.Entry) error {
	l.p.mu.Lock()
	defer l.p.mu.Unlock()
	if e.Stream != l.p.last { // in the order in which they were printed
		if err := l.p.flushed(); err != nil {
			return err
		}
		l.p.last = e.Stream
	}
	w := l.p.out
	if e.Stream == logs.Stderr {
		w = l.p.err
	}
	if !l.within[e.Stream] {
		w.WriteString(l.before)
		if l.times {
			w.WriteString(e.Time.In(time.Local).Format(stamp))
			w.WriteByte(' ')
		}
	}
	text, ended := e.Text, e.Ended()
	if ended && l.after != "" {
		text = text[:len(text)-1]
	}
	_, err := w.Write(text)
	if ended && l.after != "" {
		_, err = w.WriteString(l.after + "\n")
	}
	l.within[e.Stream] = !ended
	if l.p.at {
		return l.p.flushed()
	}
	return err
}
