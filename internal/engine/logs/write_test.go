package logs

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

var noon = time.Date(2026, 1, 2, 12, 0, 0, 1500, time.UTC)

// written is what the log has after writes on standard output, in docker's form.
func written(t *testing.T, pieces ...string) []dockerEntry {
	t.Helper()
	path := filepath.Join(t.TempDir(), File)
	w, err := Open(Options{Driver: JSONFile, Path: path})
	if err != nil {
		t.Fatal(err)
	}
	for _, piece := range pieces {
		if err := w.Write(Stdout, noon, []byte(piece)); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return entries(t, path)
}

// dockerEntry is a line of a log as everybody reads it.
type dockerEntry struct {
	Log, Stream string
	Time        time.Time
}

func entries(t *testing.T, path string) (list []dockerEntry) {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range strings.SplitAfter(string(data), "\n") {
		if line == "" {
			continue
		}
		var e dockerEntry
		if err := json.Unmarshal([]byte(line), &e); err != nil || !strings.HasSuffix(line, "\n") {
			t.Fatalf("the line %q: %v", line, err)
		}
		list = append(list, e)
	}
	return list
}

func TestLines(t *testing.T) {
	long := strings.Repeat("x", longest)
	for _, test := range []struct {
		name         string
		pieces, want []string
	}{
		{"lines", []string{"one\ntwo\n"}, []string{"one\n", "two\n"}},
		{"empty lines", []string{"\n\n"}, []string{"\n", "\n"}},
		{"a line in pieces", []string{"o", "n", "e\nt", "wo\n"}, []string{"one\n", "two\n"}},
		{"a line that never ends", []string{"one\nprompt> "}, []string{"one\n", "prompt> "}},
		{"a long line", []string{long + long + "y\n"}, []string{long, long, "y\n"}},
		{"a long line in pieces", []string{long[1:], "ab", "c\n"}, []string{long[1:] + "a", "bc\n"}},
		{"as long as can be", []string{long[1:] + "\n"}, []string{long[1:] + "\n"}},
		{"a character at the edge", []string{long[1:] + "é\n"}, []string{long[1:], "é\n"}},
		{"escapes", []string{"\x1b[31m\"\\\r\t\x00\x7f\n"}, []string{"\x1b[31m\"\\\r\t\x00\x7f\n"}},
		{"no UTF-8", []string{"a\xffb\xc3\n"}, []string{"a\ufffdb\ufffd\n"}},
	} {
		got := written(t, test.pieces...)
		if len(got) != len(test.want) {
			t.Errorf("%s: %q", test.name, got)
			continue
		}
		for i, e := range got {
			if e.Log != test.want[i] || e.Stream != "stdout" {
				t.Errorf("%s: line %d: %.40q on %s; want %.40q", test.name, i, e.Log, e.Stream, test.want[i])
			}
		}
	}
}

func TestForm(t *testing.T) {
	got := string(appendEntry(nil, Stderr, noon, []byte("a \"word\"\n")))
	if want := `{"log":"a \"word\"\n","stream":"stderr","time":"2026-01-02T12:00:00.0000015Z"}` + "\n"; got != want {
		t.Errorf("%s; want %s", got, want)
	}
}

// FuzzEntry: what is written is JSON, and both readers of it read the same.
func FuzzEntry(f *testing.F) {
	f.Add([]byte("one\n"))
	f.Add([]byte("\x00\x1b\xff\xed\xa0\x80\"\\\u2028😀\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		line := appendEntry(nil, Stderr, noon, text)
		var theirs dockerEntry
		if err := json.Unmarshal(line, &theirs); err != nil {
			t.Fatal(err)
		}
		ours, ok := decode(line, nil)
		if !ok || string(ours.Text) != theirs.Log || !ours.Time.Equal(theirs.Time) || ours.Stream != Stderr {
			t.Errorf("%q: %q; want %q", line, ours.Text, theirs.Log)
		}
		if utf8.Valid(text) && !bytes.Equal(ours.Text, text) {
			t.Errorf("%q is read as %q", text, ours.Text)
		}
	})
}

// FuzzDecode: lines of others' are read as encoding/json reads them, or not at all.
func FuzzDecode(f *testing.F) {
	f.Add(`a\u00e9\ud83d\ude00\ud83d\/\b`)
	f.Add(`\u`)
	f.Fuzz(func(t *testing.T, text string) {
		line := `{"log":"` + text + `","stream":"stdout","attrs":{"a":"b"},"time":"2026-01-02T12:00:00Z"}`
		e, ok := decode([]byte(line), nil)
		var theirs dockerEntry
		if err := json.Unmarshal([]byte(line), &theirs); err != nil || !ok || strings.Contains(text, `"`) {
			return
		}
		if string(e.Text) != theirs.Log && utf8.ValidString(text) {
			t.Errorf("%q; want %q", e.Text, theirs.Log)
		}
	})
}

func TestClosedToOthers(t *testing.T) {
	path := filepath.Join(t.TempDir(), "folder", File)
	w, err := Open(Options{Driver: JSONFile, Path: path, MaxSize: 100, MaxFile: 2})
	if err != nil {
		t.Fatal(err)
	}
	for range 3 {
		w.Write(Stdout, noon, []byte("some line\n"))
	}
	w.Close()
	for _, p := range []string{path, path + ".1"} {
		if info, err := os.Stat(p); err != nil || info.Mode() != 0o600 {
			t.Errorf("%s: %v, %v", p, info, err)
		}
	}
	if info, err := os.Stat(filepath.Dir(path)); err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("the folder: %v, %v", info, err)
	}
}

// TestRotation: no file is longer than it may be, there are as many as there may
// be, and together they are the last lines.
func TestRotation(t *testing.T) {
	for keep := 1; keep < 5; keep++ {
		path := filepath.Join(t.TempDir(), File)
		w, err := Open(Options{Driver: JSONFile, Path: path, MaxSize: 1000, MaxFile: keep})
		if err != nil {
			t.Fatal(err)
		}
		for n := range 200 {
			w.Write(Stdout, noon, []byte(strings.Repeat("y", n%50)+"\nz\n"))
		}
		w.Close()
		files, _ := filepath.Glob(path + "*")
		if len(files) != keep {
			t.Errorf("%d files are kept: %q", keep, files)
		}
		lines := 0
		for _, file := range files {
			if info, _ := os.Stat(file); info.Size() > 1000 {
				t.Errorf("%s has %d bytes", file, info.Size())
			}
			lines += len(entries(t, file))
		}
		read := 0
		if err := Read(path, Query{Tail: -1}, func(*Entry) error { read++; return nil }); err != nil || read != lines {
			t.Errorf("%d lines of %d are read: %v", read, lines, err)
		}
	}
}

// TestLineTooLong: a line that is longer than a file may be has one for itself.
func TestLineTooLong(t *testing.T) {
	path := filepath.Join(t.TempDir(), File)
	w, err := Open(Options{Driver: JSONFile, Path: path, MaxSize: 100, MaxFile: 3})
	if err != nil {
		t.Fatal(err)
	}
	w.Write(Stdout, noon, []byte("a\n"+strings.Repeat("b", 300)+"\nc\n"))
	w.Close()
	for n, want := range []string{"c\n", strings.Repeat("b", 300) + "\n", "a\n"} {
		p := path
		if n > 0 {
			p = older(path, n)
		}
		if got := entries(t, p); len(got) != 1 || got[0].Log != want {
			t.Errorf("%s: %q", p, got)
		}
	}
}

// TestHalfLine: what a monitor that was killed left is passed over.
func TestHalfLine(t *testing.T) {
	path := filepath.Join(t.TempDir(), File)
	whole := string(appendEntry(nil, Stdout, noon, []byte("one\n")))
	if err := os.WriteFile(path, []byte(whole+whole[:20]), 0o600); err != nil {
		t.Fatal(err)
	}
	w, err := Open(Options{Driver: JSONFile, Path: path})
	if err != nil {
		t.Fatal(err)
	}
	w.Write(Stdout, noon, []byte("two\n"))
	w.Close()
	var got []string
	if err := Read(path, Query{Tail: -1}, func(e *Entry) error { got = append(got, string(e.Text)); return nil }); err != nil {
		t.Fatal(err)
	}
	if strings.Join(got, "") != "one\ntwo\n" {
		t.Errorf("%q", got)
	}
}

// TestFullDisk: lines that cannot be written are lost, and later ones are not.
func TestFullDisk(t *testing.T) {
	path := filepath.Join(t.TempDir(), File)
	w, err := Open(Options{Driver: JSONFile, Path: path})
	if err != nil {
		t.Fatal(err)
	}
	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		t.Skip("needs /dev/full: ", err)
	}
	f := w.keeper.(*file)
	disk := f.f
	w.Write(Stdout, noon, []byte("one\n"))
	f.f = full
	if err := w.Write(Stdout, noon, []byte("two\n")); err == nil {
		t.Error("it was written to a full disk")
	}
	f.f = disk
	w.Write(Stdout, noon, []byte("three\n"))
	w.Close()
	if got := entries(t, path); len(got) != 2 || got[0].Log != "one\n" || got[1].Log != "three\n" {
		t.Errorf("%q", got)
	}
}
