package logs

import (
	"fmt"
	"os"
	"strconv"
	"time"

	"golang.org/x/sys/unix"
)

// file is a log in a file, and the older files of it: log, log.1, log.2. Log is
// always there: a new one takes its place by a rename.
type file struct {
	path    string
	f       *os.File
	size    int64 // of the file
	max     int64
	keeping int
	buffer  []byte
	torn    bool // the last line in the file has no end

	// Lines that were read at once end in the same way.
	now    time.Time
	stream Stream
	ending []byte
}

// room is how much of lines is written at once.
const room = 64 << 10

func openFile(o Options) (keeper, error) {
	if err := prepare(o.Path); err != nil {
		return nil, err
	}
	f := &file{path: o.Path, max: o.MaxSize, keeping: max(1, o.MaxFile)}
	var err error
	if f.f, err = openAppending(o.Path, 0); err != nil {
		return nil, fmt.Errorf("open the log: %w", err)
	}
	info, err := f.f.Stat()
	if err != nil || !info.Mode().IsRegular() {
		f.f.Close()
		return nil, fmt.Errorf("open the log: %s is not a file", o.Path)
	}
	// A monitor that was killed may have left half a line.
	if f.size = info.Size(); f.size > 0 {
		last := []byte{0}
		_, err := f.f.ReadAt(last, f.size-1)
		f.torn = err != nil || last[0] != '\n'
	}
	return f, nil
}

// openAppending opens a file without Go's poller, which would keep two more
// descriptors in every monitor. A fifo that somebody has put there does not block.
func openAppending(path string, flags int) (*os.File, error) {
	fd, err := unix.Open(path, flags|unix.O_RDWR|unix.O_APPEND|unix.O_CREAT|unix.O_CLOEXEC, 0o600)
	if err != nil {
		return nil, &os.PathError{Op: "open", Path: path, Err: err}
	}
	return os.NewFile(uintptr(fd), path), nil
}

// keep puts a line into the buffer. It writes what is there before a line that
// goes into another file.
func (f *file) keep(s Stream, now time.Time, piece []byte, _ bool) {
	if len(f.buffer)+len(piece) > room {
		f.flush()
	}
	before := len(f.buffer)
	if f.torn {
		f.buffer = append(f.buffer, '\n')
		f.torn = false
	}
	if !now.Equal(f.now) || s != f.stream || f.ending == nil {
		f.now, f.stream, f.ending = now, s, ending(s, now)
	}
	f.buffer = append(appendPiece(f.buffer, piece), f.ending...)
	if f.max > 0 && f.size+int64(len(f.buffer)) > f.max && f.size+int64(before) > 0 {
		line := string(f.buffer[before:])
		f.buffer = f.buffer[:before]
		f.flush()
		f.rotate()
		f.buffer = append(f.buffer, line...)
	}
}

func (f *file) flush() error {
	if len(f.buffer) == 0 {
		return nil
	}
	n, err := f.f.Write(f.buffer)
	f.size += int64(n)
	if n > 0 {
		f.torn = f.buffer[n-1] != '\n'
	}
	f.buffer = f.buffer[:0]
	if cap(f.buffer) > 2*room {
		f.buffer = nil
	}
	return err
}

// rotate begins a new file. If that fails, the old one gets longer than it was
// to be, which is better than to lose lines.
func (f *file) rotate() error {
	new := f.path + ".new"
	os.Remove(new)
	next, err := openAppending(new, unix.O_EXCL)
	if err != nil {
		return err
	}
	if f.keeping > 1 {
		for n := f.keeping - 2; n > 0; n-- {
			os.Rename(f.older(n), f.older(n+1))
		}
		os.Remove(f.older(1))
		if err = os.Link(f.path, f.older(1)); err != nil {
			next.Close()
			os.Remove(new)
			return err
		}
	}
	if err = os.Rename(new, f.path); err != nil {
		next.Close()
		return err
	}
	f.f.Close()
	f.f, f.size, f.torn = next, 0, false
	return nil
}

// older is the path of the nth file before the log.
func (f *file) older(n int) string { return older(f.path, n) }

func older(path string, n int) string { return path + "." + strconv.Itoa(n) }

func (f *file) close() error { return f.f.Close() }
