package review

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"time"

	"golang.org/x/sys/unix"

	"isle/internal/resolve"
)

// within resolves a path below a directory and in its mount, and follows nothing.
const within = unix.RESOLVE_BENEATH | unix.RESOLVE_NO_SYMLINKS | unix.RESOLVE_NO_MAGICLINKS | unix.RESOLVE_NO_XDEV

// directory opens a directory below another, so that it can be read, or at
// least passed through.
func directory(dir int, path string) (int, error) {
	fd, err := resolve.Open(dir, path, unix.O_RDONLY|unix.O_DIRECTORY, within)
	if err == unix.EACCES {
		fd, err = resolve.Open(dir, path, unix.O_PATH|unix.O_DIRECTORY, within)
	}
	return fd, err
}

// node opens whatever has a name in a directory, for looking at only.
func node(dir int, name string) (int, error) {
	return resolve.Open(dir, name, unix.O_PATH|unix.O_NOFOLLOW, within)
}

// contents opens the contents of a file that node has opened. It waits for nobody.
func contents(fd int) (*os.File, error) {
	f, err := unix.Open(procPath(fd), unix.O_RDONLY|unix.O_NONBLOCK|unix.O_NOCTTY|unix.O_CLOEXEC, 0)
	if err != nil {
		return nil, err
	}
	return os.NewFile(uintptr(f), "file"), nil
}

// procPath is a path of exactly the file that is open.
func procPath(fd int) string { return "/proc/self/fd/" + strconv.Itoa(fd) }

func names(fd int) ([]string, error) {
	again, err := unix.Openat(fd, ".", unix.O_RDONLY|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
	if err != nil {
		return nil, err
	}
	f := os.NewFile(uintptr(again), "directory")
	defer f.Close()
	list, err := f.Readdirnames(-1)
	slices.Sort(list)
	return list, err
}

// sides are both sides of a layer, open.
type sides struct {
	upper, lower int
	gone         string // why the lower one is not there
}

// open opens a layer. The host's side must be what it was.
func (r *Review) open(l *Layer) (sides, error) {
	s := sides{upper: -1, lower: -1}
	var err error
	if s.upper, err = unix.Open(filepath.Join(r.Dir, l.Upper), unix.O_RDONLY|unix.O_DIRECTORY|unix.O_NOFOLLOW|unix.O_CLOEXEC, 0); err != nil {
		return s, &os.PathError{Op: "open", Path: filepath.Join(r.Dir, l.Upper), Err: err}
	}
	fd, err := resolve.Open(unix.AT_FDCWD, l.Host, unix.O_PATH|unix.O_DIRECTORY, unix.RESOLVE_NO_SYMLINKS|unix.RESOLVE_NO_MAGICLINKS)
	if err != nil {
		s.gone = fmt.Sprintf("%s cannot be opened any more: %v", l.Host, err)
		return s, nil
	}
	s.lower = fd
	if !l.isAt(fd) {
		s.gone = "another file system is mounted on " + l.Host + " than the program saw"
	}
	return s, nil
}

// isAt says that an open directory is the one that the program saw. The number
// of its device may have changed, and been given to another.
func (l *Layer) isAt(fd int) bool {
	st, err := stampFD(fd)
	return err == nil && st.Ino == l.Root.Ino && born(fd) == l.Born &&
		(st.Dev == l.Root.Dev || l.FileSystem != "" && fileSystem(fd) == l.FileSystem)
}

// born is when a file was made, which nothing changes (statx(2)).
func born(fd int) int64 {
	var st unix.Statx_t
	if unix.Statx(fd, "", unix.AT_EMPTY_PATH, unix.STATX_BTIME, &st) != nil || st.Mask&unix.STATX_BTIME == 0 {
		return 0
	}
	return st.Btime.Sec*int64(time.Second) + int64(st.Btime.Nsec)
}

func (s sides) close() {
	for _, fd := range []int{s.upper, s.lower} {
		if fd >= 0 {
			unix.Close(fd)
		}
	}
}

// fileSystem names the file system of a file, where the kernel knows a name.
func fileSystem(fd int) string {
	var st unix.Statfs_t
	if unix.Fstatfs(fd, &st) != nil || st.Fsid.Val == [2]int32{} {
		return ""
	}
	return fmt.Sprintf("%x:%x:%x", st.Type, st.Fsid.Val[0], st.Fsid.Val[1])
}
