package tree

import (
	"errors"
	"fmt"
	"os"
	"path"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"

	"isle/internal/resolve"
)

// Root is the root directory that paths are resolved in: opened as a path or to
// be read.
type Root int

// Open opens something below the root as a path, links followed inside of it.
func (r Root) Open(name string) (int, error) {
	fd, err := resolve.Open(int(r), name, unix.O_PATH, unix.RESOLVE_IN_ROOT)
	if err != nil {
		return -1, &os.PathError{Op: "open", Path: name, Err: err}
	}
	return fd, nil
}

// File opens a regular file to be read; nil, and no error, if there is none. It
// is as package passwd wants it.
func (r Root) File(name string) (*os.File, error) {
	fd, err := r.Open(name)
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer unix.Close(fd)
	return reopen(fd)
}

// reopen opens a regular file to be read that is open as a path.
func reopen(fd int) (*os.File, error) {
	var st unix.Stat_t
	if err := unix.Fstat(fd, &st); err != nil {
		return nil, err
	}
	if st.Mode&unix.S_IFMT != unix.S_IFREG {
		return nil, errors.New("not a regular file")
	}
	return os.Open(procPath(fd))
}

func procPath(fd int) string { return "/proc/self/fd/" + strconv.Itoa(fd) }

// Kind is what there is at a path.
type Kind byte

// The kinds.
const (
	None   Kind = '-'
	Folder Kind = 'd'
	Other  Kind = 'f' // a file, or anything else
)

// Kind says what there is at a path; that a folder above it is not there is an
// error.
func (r Root) Kind(name string) (Kind, error) {
	fd, err := r.Open(name)
	if errors.Is(err, unix.ENOENT) {
		up, err := r.Open(path.Dir(path.Clean("/" + name)))
		if err != nil {
			return None, err
		}
		unix.Close(up)
		return None, nil
	}
	if err != nil {
		return None, err
	}
	defer unix.Close(fd)
	var st unix.Stat_t
	if err := unix.Fstat(fd, &st); err != nil {
		return None, err
	}
	if st.Mode&unix.S_IFMT == unix.S_IFDIR {
		return Folder, nil
	}
	return Other, nil
}

// Contents says that a path names what is in a folder, not the folder: it ends in
// "/.".
func Contents(name string) bool { return name == "." || strings.HasSuffix(name, "/.") }

// Place says where a copy goes, by the rules of cp(1) as podman has them: the
// folder that it is put into, and its name there, "." for the contents alone.
func Place(source string, is Kind, target string, there Kind) (folder, name string, err error) {
	clean := path.Clean("/" + target)
	switch {
	case there == Folder && Contents(source) && is == Folder:
		return clean, ".", nil
	case there == Folder:
		return clean, path.Base(path.Clean("/" + source)), nil
	case there == Other && is == Folder:
		return "", "", fmt.Errorf("%s is not a folder, and %s is one", target, source)
	case is != Folder && (strings.HasSuffix(target, "/") || Contents(target)):
		return "", "", fmt.Errorf("there is no folder %s", target)
	}
	return path.Dir(clean), path.Base(clean), nil
}
