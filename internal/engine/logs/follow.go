package logs

import (
	"fmt"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/sys/unix"
)

// follow reads what comes, over rotations, until the container has ended.
func (r *reader) follow(path string, w *watch) error {
	for {
		// Asked first: what was printed before the end is read after it.
		ended := r.q.Ended == nil || r.q.Ended()
		if r.f != nil {
			if err := r.more(); err != nil {
				return err
			}
		}
		rotated, err := r.next(path)
		switch {
		case err != nil:
			return err
		case rotated:
			continue
		case ended || !r.q.Until.IsZero() && time.Now().After(r.q.Until):
			return nil
		}
		if err := w.wait(); err != nil {
			return err
		}
	}
}

// next goes on with the files that were begun since, if any were.
func (r *reader) next(path string) (bool, error) {
	var current os.FileInfo
	if r.f != nil {
		var err error
		if current, err = r.f.Stat(); err != nil {
			return false, fmt.Errorf("read the log: %w", err)
		}
	}
	if info, err := os.Stat(path); err != nil || current != nil && os.SameFile(info, current) {
		return false, nil
	}
	files, err := history(path, current)
	if err != nil {
		return false, fmt.Errorf("read the log: %w", err)
	}
	if r.f != nil {
		if err := r.more(); err != nil { // the last lines before the rotation
			closeAll(files)
			return false, err
		}
	}
	return len(files) > 0, r.through(files, 0)
}

// watch tells when something happens in a folder (inotify(7)).
type watch struct{ fd int }

func watchFolder(path string) (*watch, error) {
	fd, err := unix.InotifyInit1(unix.IN_CLOEXEC | unix.IN_NONBLOCK)
	if err != nil {
		return nil, os.NewSyscallError("follow the log: inotify_init1", err)
	}
	const events = unix.IN_MODIFY | unix.IN_CREATE | unix.IN_MOVED_TO | unix.IN_DELETE | unix.IN_DELETE_SELF
	if _, err := unix.InotifyAddWatch(fd, filepath.Dir(path), events); err != nil {
		unix.Close(fd)
		return nil, os.NewSyscallError("follow the log: inotify_add_watch", err)
	}
	return &watch{fd}, nil
}

// wait waits for an event, or a second: a container whose monitor was killed ends
// without one.
func (w *watch) wait() error {
	_, err := unix.Poll([]unix.PollFd{{Fd: int32(w.fd), Events: unix.POLLIN}}, 1000)
	if err != nil && err != unix.EINTR {
		return os.NewSyscallError("follow the log: poll", err)
	}
	var events [4096]byte
	for {
		if n, err := unix.Read(w.fd, events[:]); n <= 0 || err != nil {
			return nil
		}
	}
}

func (w *watch) close() { unix.Close(w.fd) }
