package engine

import (
	"bufio"
	"encoding/json"
	"errors"
	"io"
	"os"
	"time"

	"golang.org/x/sys/unix"
)

// Events calls tell for each event from a time on until another one, in order. If
// that is the zero time it is what has happened so far or, with follow, whatever
// will; tell's error ends it.
func (e *Engine) Events(since, until time.Time, follow bool, tell func(*Event) error) error {
	if err := e.create(); err != nil {
		return err
	}
	w := &watch{engine: e, until: until, tell: tell, since: since}
	defer w.close()
	if follow { // before anything is read, so that nothing is missed
		fd, err := unix.InotifyInit1(unix.IN_CLOEXEC | unix.IN_NONBLOCK)
		if err != nil {
			return os.NewSyscallError("inotify_init1", err)
		}
		defer unix.Close(fd)
		if _, err := unix.InotifyAddWatch(fd, e.dir, unix.IN_MODIFY|unix.IN_CREATE|unix.IN_MOVE); err != nil {
			return &os.PathError{Op: "watch", Path: e.dir, Err: err}
		}
		w.inotify = fd
	}
	if !since.IsZero() || !follow {
		if err := w.old(); err != nil {
			return err
		}
	}
	if err := w.open(); err != nil {
		return err
	}
	if follow && since.IsZero() && w.file != nil {
		if _, err := w.file.Seek(0, io.SeekEnd); err != nil {
			return err
		}
	}
	return w.run(follow)
}

// watch reads the file of events, and the one that takes its place.
type watch struct {
	engine       *Engine
	since, until time.Time
	tell         func(*Event) error
	inotify      int
	file         *os.File
	lines        *bufio.Reader
	begun        []byte // of a line that is not whole yet
}

func (w *watch) close() {
	if w.file != nil {
		w.file.Close()
		w.file = nil
	}
}

// open opens the file, unless there is none yet.
func (w *watch) open() error {
	f, err := os.Open(w.engine.path("events"))
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	w.file, w.lines, w.begun = f, bufio.NewReader(f), nil
	return err
}

// old reads the file that was full before this one was begun.
func (w *watch) old() error {
	f, err := os.Open(w.engine.path("events.1"))
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer f.Close()
	_, err = w.read(bufio.NewReader(f))
	return err
}

func (w *watch) run(follow bool) error {
	for {
		if w.file != nil {
			if late, err := w.read(w.lines); err != nil || late {
				return err
			}
		}
		if !follow {
			return nil
		}
		if again, err := w.renew(); err != nil {
			return err
		} else if again {
			continue
		}
		if late, err := w.wait(); err != nil || late {
			return err
		}
	}
}

// renew opens the file that has taken the place of the one that was read.
func (w *watch) renew() (again bool, err error) {
	now, err := os.Stat(w.engine.path("events"))
	if err != nil {
		return false, nil // there is none yet
	}
	if w.file != nil {
		old, err := w.file.Stat()
		if err != nil || os.SameFile(old, now) {
			return false, err
		}
		if _, err := w.read(w.lines); err != nil { // what came to it last
			return false, err
		}
		w.close()
	}
	return true, w.open()
}

// wait waits until something has happened, and says whether it is late.
func (w *watch) wait() (late bool, err error) {
	timeout := -1
	if !w.until.IsZero() {
		left := time.Until(w.until)
		if left <= 0 {
			return true, nil
		}
		timeout = int(min(left.Milliseconds()+1, 1<<30))
	}
	_, err = unix.Poll([]unix.PollFd{{Fd: int32(w.inotify), Events: unix.POLLIN}}, timeout)
	if err != nil && err != unix.EINTR {
		return false, os.NewSyscallError("poll", err)
	}
	var buffer [4096]byte
	unix.Read(w.inotify, buffer[:])
	return false, nil
}

// read tells of the events that are there, and says whether they are late.
func (w *watch) read(lines *bufio.Reader) (late bool, err error) {
	for {
		text, err := lines.ReadBytes('\n')
		w.begun = append(w.begun, text...)
		if err == io.EOF {
			return false, nil
		}
		if err != nil {
			return false, err
		}
		v := &Event{}
		bad := json.Unmarshal(w.begun, v)
		w.begun = nil
		if bad != nil { // of a disk that was full
			continue
		}
		switch {
		case v.Time.Before(w.since):
		case !w.until.IsZero() && v.Time.After(w.until):
			return true, nil
		default:
			if err := w.tell(v); err != nil {
				return false, err
			}
		}
	}
}
