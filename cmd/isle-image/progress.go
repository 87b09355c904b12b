package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"time"

	"golang.org/x/term"

	cli "isle/internal/cli/image"
	"isle/internal/cli/show"
	"isle/internal/image"
	"isle/internal/table"
)

// bars is a line for each part of an image: on a terminal bars that move,
// elsewhere a plain line when a part is done. A nil one says nothing.
type bars struct {
	mutex    sync.Mutex
	w        io.Writer
	terminal int // its descriptor, or -1
	parts    []*part
	lines    int // drawn, above the cursor
	drawn    time.Time
}

type part struct {
	what, verb  string
	done, total int64
	ended       bool
}

// follow has progress told, unless the command is to be quiet.
func follow(l *image.Library, c *cli.Command) *bars {
	if c.Has("quiet") {
		return nil
	}
	b := &bars{w: os.Stderr, terminal: -1}
	if fd := int(os.Stderr.Fd()); os.Getenv("TERM") != "dumb" && term.IsTerminal(fd) {
		b.terminal = fd
	}
	l.Progress = b
	return b
}

// Begin implements image.Progress.
func (b *bars) Begin(what, verb string, total int64) (func(int64), func()) {
	if hex, ok := strings.CutPrefix(what, "sha256:"); ok {
		what = hex[:min(12, len(hex))]
	}
	p := &part{what: table.Safe(what), verb: verb, total: total}
	b.mutex.Lock()
	defer b.mutex.Unlock()
	b.parts = append(b.parts, p)
	return func(n int64) {
			b.mutex.Lock()
			defer b.mutex.Unlock()
			p.done = n
			b.draw(false)
		}, func() {
			b.mutex.Lock()
			defer b.mutex.Unlock()
			p.ended = true
			if b.terminal < 0 && p.total >= small {
				fmt.Fprintf(b.w, "%s: %s, %s\n", p.what, p.verb, show.Size(p.total))
			}
			b.draw(true)
		}
}

// small parts are not worth a line.
const small = 64 << 10

// draw draws the lines anew, some ten times a second at most.
func (b *bars) draw(now bool) {
	if b.terminal < 0 || !now && time.Since(b.drawn) < 100*time.Millisecond {
		return
	}
	b.drawn = time.Now()
	width, height, err := term.GetSize(b.terminal)
	if err != nil || width < 20 || height < 3 {
		width, height = 80, 24
	}
	var shown []*part
	for _, p := range b.parts {
		if p.total >= small && (!p.ended || len(b.parts) < height-1) {
			shown = append(shown, p)
		}
	}
	shown = shown[max(0, len(shown)-height+1):]
	var text strings.Builder
	if b.lines > 0 {
		fmt.Fprintf(&text, "\x1b[%dA", b.lines)
	}
	text.WriteString("\r\x1b[J")
	for _, p := range shown {
		text.WriteString(p.line(width) + "\n")
	}
	b.lines = len(shown)
	io.WriteString(b.w, text.String())
}

// line is a part's line, in less than width columns.
func (p *part) line(width int) string {
	const bar = 20
	done := min(max(p.done, 0), p.total)
	if p.ended {
		done = p.total
	}
	full := int(done * bar / max(p.total, 1))
	line := []rune(fmt.Sprintf("%-12.40s %-8s %s%s %s of %s", p.what, p.verb, strings.Repeat("█", full), strings.Repeat("░", bar-full), show.Size(done), show.Size(p.total)))
	return string(line[:min(len(line), width-1)])
}

// close takes the bars away.
func (b *bars) close() {
	if b == nil || b.terminal < 0 {
		return
	}
	b.mutex.Lock()
	defer b.mutex.Unlock()
	if b.lines > 0 {
		fmt.Fprintf(b.w, "\x1b[%dA\r\x1b[J", b.lines)
	}
	b.terminal = -1
}
