package logs

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// logOf writes lines, one a second, and returns the log's path.
func logOf(t *testing.T, o Options, texts ...string) string {
	t.Helper()
	o.Driver, o.Path = JSONFile, filepath.Join(t.TempDir(), "[a]*", File)
	w, err := Open(o)
	if err != nil {
		t.Fatal(err)
	}
	for i, text := range texts {
		if err := w.Write(Stdout, noon.Add(time.Duration(i)*time.Second), []byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	w.Close()
	return o.Path
}

func read(t *testing.T, path string, q Query) string {
	t.Helper()
	var b strings.Builder
	if err := Read(path, q, func(e *Entry) error { b.Write(e.Text); return nil }); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// TestTail: the last lines, wherever in the files they begin.
func TestTail(t *testing.T) {
	var texts []string
	for i := range 300 {
		texts = append(texts, fmt.Sprintf("%d %s\n", i, strings.Repeat("\x01", i%7*1000)))
	}
	for _, o := range []Options{{}, {MaxSize: 300 << 10, MaxFile: 100}} {
		path := logOf(t, o, texts...)
		for _, n := range []int{0, 1, 2, 10, 77, 299, 300, 301, -1} {
			first := max(0, len(texts)-n)
			if n < 0 {
				first = 0
			}
			if got, want := read(t, path, Query{Tail: n}), strings.Join(texts[first:], ""); got != want {
				t.Errorf("%+v: the last %d: %d bytes, want %d", o, n, len(got), len(want))
			}
		}
	}
}

// TestTailOfPieces: pieces of a line are one line, and one that has not ended counts.
func TestTailOfPieces(t *testing.T) {
	long := strings.Repeat("x", 3*longest)
	path := logOf(t, Options{}, "one\n", long+"\n", "end")
	for n, want := range []string{"", "end", long + "\nend", "one\n" + long + "\nend"} {
		if got := read(t, path, Query{Tail: n}); got != want {
			t.Errorf("the last %d: %d bytes, want %d", n, len(got), len(want))
		}
	}
}

func TestSinceUntil(t *testing.T) {
	path := logOf(t, Options{}, "0\n", "1\n", "2\n", "3\n")
	at := func(s int) time.Time { return noon.Add(time.Duration(s) * time.Second) }
	for _, test := range []struct {
		q    Query
		want string
	}{
		{Query{Tail: -1, Since: at(1)}, "1\n2\n3\n"},
		{Query{Tail: -1, Until: at(1)}, "0\n1\n"},
		{Query{Tail: -1, Since: at(1), Until: at(2)}, "1\n2\n"},
		{Query{Tail: 2, Since: at(1), Until: at(2)}, "2\n"},
		{Query{Tail: -1, Since: at(9)}, ""},
		{Query{Tail: -1, Follow: true, Until: at(2)}, "0\n1\n2\n"},
	} {
		if got := read(t, path, test.q); got != test.want {
			t.Errorf("%+v: %q, want %q", test.q, got, test.want)
		}
	}
}

func TestNoLog(t *testing.T) {
	if got := read(t, filepath.Join(t.TempDir(), File), Query{Tail: 3}); got != "" {
		t.Errorf("%q", got)
	}
	if got := read(t, filepath.Join(t.TempDir(), File), Query{Tail: -1, Follow: true}); got != "" {
		t.Errorf("%q", got)
	}
}

// TestRubbish: lines that are none are passed over, however long they are.
func TestRubbish(t *testing.T) {
	path := logOf(t, Options{}, "one\n")
	good, _ := os.ReadFile(path)
	rubbish := strings.Repeat("{", 3*block) + "\n{}\n\x00\n" + `{"log":"` + "\n"
	if err := os.WriteFile(path, []byte(rubbish+string(good)+rubbish+string(good)+rubbish[:100]), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, n := range []int{-1, 2, 5} {
		if got := read(t, path, Query{Tail: n}); got != "one\none\n" {
			t.Errorf("the last %d: %.40q", n, got)
		}
	}
}

// TestFollow: a reader gets every line once, while the log is rotated under it,
// and ends with the container.
func TestFollow(t *testing.T) {
	path := filepath.Join(t.TempDir(), File)
	w, err := Open(Options{Driver: JSONFile, Path: path, MaxSize: 2000, MaxFile: 50})
	if err != nil {
		t.Fatal(err)
	}
	const lines = 400
	var ended atomic.Bool
	go func() {
		for i := range lines {
			w.Write(Stdout, time.Now(), []byte(fmt.Sprintf("%d\n", i)))
			if i%40 == 39 {
				time.Sleep(5 * time.Millisecond)
			}
		}
		w.Close()
		ended.Store(true)
		os.WriteFile(filepath.Join(filepath.Dir(path), "state.json"), nil, 0o600)
	}()
	next := 0
	begun := time.Now()
	err = Read(path, Query{Tail: -1, Follow: true, Ended: ended.Load}, func(e *Entry) error {
		if want := fmt.Sprintf("%d\n", next); string(e.Text) != want {
			return fmt.Errorf("%q instead of %q", e.Text, want)
		}
		next++
		return nil
	})
	if err != nil || next != lines {
		t.Errorf("%d of %d lines: %v", next, lines, err)
	}
	if took := time.Since(begun); took > 900*time.Millisecond {
		t.Errorf("it waited for %v instead of being told", took)
	}
}

// TestFollowFlood: over rotations that throw lines away, what is read is in order.
func TestFollowFlood(t *testing.T) {
	path := filepath.Join(t.TempDir(), File)
	w, err := Open(Options{Driver: JSONFile, Path: path, MaxSize: 5000, MaxFile: 1})
	if err != nil {
		t.Fatal(err)
	}
	var ended atomic.Bool
	go func() {
		for i := range 20000 {
			w.Write(Stdout, time.Now(), []byte(fmt.Sprintf("%06d\n", i)))
		}
		w.Close()
		ended.Store(true)
	}()
	last := ""
	err = Read(path, Query{Tail: -1, Follow: true, Ended: ended.Load}, func(e *Entry) error {
		if string(e.Text) <= last {
			return fmt.Errorf("%q after %q", e.Text, last)
		}
		last = string(e.Text)
		return nil
	})
	if err != nil || last != "019999\n" {
		t.Errorf("the last line is %q: %v", last, err)
	}
}

func TestParseMoment(t *testing.T) {
	berlin := time.FixedZone("", 3600)
	now := time.Date(2026, 1, 2, 12, 0, 0, 0, berlin)
	for text, want := range map[string]time.Time{
		"10m":                       now.Add(-10 * time.Minute),
		"1h30m":                     now.Add(-90 * time.Minute),
		"0":                         time.Unix(0, 0),
		"1136073600":                time.Unix(1136073600, 0),
		"1136073600.000000001":      time.Unix(1136073600, 1),
		"1136073600.5":              time.Unix(1136073600, 5e8),
		"2026-01-02T03:04:05Z":      time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC),
		"2026-01-02T03:04:05.5Z":    time.Date(2026, 1, 2, 3, 4, 5, 5e8, time.UTC),
		"2026-01-02T03:04:05+02:00": time.Date(2026, 1, 2, 1, 4, 5, 0, time.UTC),
		"2026-01-02T03:04:05":       time.Date(2026, 1, 2, 3, 4, 5, 0, berlin),
		"2026-01-02T03:04":          time.Date(2026, 1, 2, 3, 4, 0, 0, berlin),
		"2026-01-02":                time.Date(2026, 1, 2, 0, 0, 0, 0, berlin),
		"2026-01-02Z":               time.Date(2026, 1, 2, 0, 0, 0, 0, time.UTC),
	} {
		if got, err := ParseMoment(text, now); err != nil || !got.Equal(want) {
			t.Errorf("%s: %v, %v; want %v", text, got, err, want)
		}
	}
	for _, text := range []string{"", "now", "-", "1.x", "1.0000000001", "2026-13-01", "10 m"} {
		if got, err := ParseMoment(text, now); err == nil {
			t.Errorf("%q is taken for %v", text, got)
		}
	}
}
