package checkpoint_test

import (
	"bufio"
	"fmt"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// counter counts in a shell's memory: what it says next shows whether it still
// is the same process.
const counter = "i=0; while :; do i=$((i+1)); echo $i; usleep 10000; done"

// output is what a container says, a line at a time.
type output struct {
	t     *testing.T
	mu    sync.Mutex
	lines []string
	ended bool
}

func keep(t *testing.T, from *os.File) *output {
	o := &output{t: t}
	go func() {
		defer from.Close()
		lines := bufio.NewScanner(from)
		for lines.Scan() {
			o.mu.Lock()
			o.lines = append(o.lines, strings.TrimRight(lines.Text(), "\r"))
			o.mu.Unlock()
		}
		o.mu.Lock()
		o.ended = true
		o.mu.Unlock()
	}()
	return o
}

func (o *output) all() []string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return append([]string(nil), o.lines...)
}

// after waits until there are n lines more, and returns all.
func (o *output) after(n int) []string {
	o.t.Helper()
	n += len(o.all())
	await(o.t, fmt.Sprintf("%d lines", n), func() bool { return len(o.all()) >= n })
	return o.all()
}

// whole waits until nobody is left that could say more.
func (o *output) whole() []string {
	o.t.Helper()
	await(o.t, "the end of the output", func() bool { o.mu.Lock(); defer o.mu.Unlock(); return o.ended })
	return o.all()
}

// counts makes sure that lines are the numbers from first on, and returns the
// last.
func counts(t *testing.T, lines []string, first int) int {
	t.Helper()
	for i, line := range lines {
		if line != strconv.Itoa(first+i) {
			t.Fatalf("line %d is %q, want %d", i, line, first+i)
		}
	}
	return first + len(lines) - 1
}
