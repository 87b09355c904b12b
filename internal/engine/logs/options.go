package logs

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// The drivers.
const (
	JSONFile    = "json-file"
	Journald    = "journald"
	None        = "none"
	Passthrough = "passthrough" // the container has the streams of who started it
)

// File is the name of the log in a container's folder.
const File = "log"

// Options say where a log is kept.
type Options struct {
	Driver   string
	Path     string // json-file: of the log
	MaxSize  int64  // json-file: bytes, after which a new file is begun; 0: never
	MaxFile  int    // json-file: how many files are kept; 0: one
	Tag      string // journald
	ID, Name string // of the container, for the journal
}

// Driver returns a driver's name for one of the names by which it can be asked for.
func Driver(name string) (string, error) {
	switch name {
	case "", JSONFile, "k8s-file", "local":
		return JSONFile, nil
	case Journald, None, Passthrough:
		return name, nil
	case "passthrough-tty":
		return Passthrough, nil
	}
	return "", fmt.Errorf("there is no log driver %q: json-file, journald, none and passthrough are there", name)
}

// Stream is one of the two that a container prints on.
type Stream byte

// The streams. What a terminal shows is all standard output.
const (
	Stdout Stream = iota
	Stderr
)

// String is the stream's name.
func (s Stream) String() string {
	if s == Stderr {
		return "stderr"
	}
	return "stdout"
}

// Writer keeps what a container prints. It is for one goroutine.
type Writer struct {
	keeper
	lines [2]lines
	last  [2]time.Time // when something came
}

// keeper is a driver: it keeps lines, or what there is of them.
type keeper interface {
	// keep keeps a piece of a line; the last one of a line has its end.
	keep(s Stream, now time.Time, piece []byte, ended bool)
	flush() error
	close() error
}

// Open opens the log for writing, if there is to be one: else the writer is nil.
func Open(o Options) (*Writer, error) {
	var k keeper
	var err error
	switch o.Driver {
	case JSONFile:
		k, err = openFile(o)
	case Journald:
		k, err = openJournal(o, journalSocket)
	case None, Passthrough:
		return nil, nil
	default:
		err = fmt.Errorf("there is no log driver %q", o.Driver)
	}
	if err != nil {
		return nil, err
	}
	return &Writer{keeper: k}, nil
}

// Write keeps what was printed on a stream. A failure loses lines, and nothing
// else: a container does not stop because a disk is full.
func (w *Writer) Write(s Stream, now time.Time, printed []byte) error {
	if w == nil {
		return nil
	}
	w.last[s] = now
	w.lines[s].split(printed, func(piece []byte, ended bool) { w.keep(s, now, piece, ended) })
	return w.flush()
}

// Rest keeps what was printed of lines that never ended.
func (w *Writer) Rest() error {
	if w == nil {
		return nil
	}
	for s := range w.lines {
		w.lines[s].rest(func(piece []byte, ended bool) { w.keep(Stream(s), w.last[s], piece, ended) })
	}
	return w.flush()
}

// Close keeps the rest, and closes the log.
func (w *Writer) Close() error {
	if w == nil {
		return nil
	}
	return errors.Join(w.Rest(), w.close())
}

// prepare makes the folder of a log that is kept somewhere else.
func prepare(path string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return fmt.Errorf("make the log's folder: %w", err)
	}
	return nil
}
