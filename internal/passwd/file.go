package passwd

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"

	"isle/internal/resolve"
)

// What is read of a root's files is bounded, in bytes: each file and each line.
const (
	mostBytes = 16 << 20
	mostLine  = 1 << 20
)

// Opener opens a file of a root by its path there; it is nil, and no error, if
// there is none. What is no regular file is an error.
type Opener func(name string) (*os.File, error)

// In opens files of the root at dir.
func In(dir string) Opener {
	return func(name string) (*os.File, error) { return open(dir, name) }
}

// records calls f with the fields of each line of a file of the root,
// until it answers false. A file that is not there is empty.
func records(root Opener, name string, f func(fields []string) (more bool, err error)) error {
	file, err := root(name)
	if err != nil || file == nil {
		return err
	}
	defer file.Close()
	limited := &io.LimitedReader{R: file, N: mostBytes}
	lines := bufio.NewScanner(limited)
	lines.Buffer(nil, mostLine)
	for n := 1; lines.Scan(); n++ {
		if lines.Text() == "" {
			continue
		}
		more, err := f(strings.Split(lines.Text(), ":"))
		if err != nil {
			return fmt.Errorf("line %d of %s of the root: %w", n, name, err)
		}
		if !more {
			return nil
		}
	}
	switch err := lines.Err(); {
	case err != nil:
		return fmt.Errorf("read %s of the root: %w", name, err)
	case limited.N == 0:
		return fmt.Errorf("%s of the root has more than %d bytes", name, mostBytes)
	}
	return nil
}

// open opens a file inside a root, nil if it is not there. What is no file is
// not opened, for that does something to a device, and on a fifo waits.
func open(dir, name string) (*os.File, error) {
	fd, err := inRoot(dir, name, unix.O_PATH)
	if errors.Is(err, unix.ENOENT) || errors.Is(err, unix.ENOTDIR) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("open %s of the root: %w", name, err)
	}
	defer unix.Close(fd)
	var st unix.Stat_t
	if err := unix.Fstat(fd, &st); err != nil || st.Mode&unix.S_IFMT != unix.S_IFREG {
		return nil, fmt.Errorf("open %s of the root: not a regular file", name)
	}
	f, err := os.Open("/proc/self/fd/" + strconv.Itoa(fd))
	if err != nil {
		return nil, fmt.Errorf("open %s of the root: %w", name, errors.Unwrap(err))
	}
	return f, nil
}

// Exists says whether the root at dir has a file of that name.
func Exists(dir, name string) bool {
	fd, err := inRoot(dir, name, unix.O_PATH)
	if err == nil {
		unix.Close(fd)
	}
	return err == nil
}

func inRoot(dir, name string, flags uint64) (int, error) {
	root, err := unix.Open(dir, unix.O_PATH|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
	if err != nil {
		return -1, err
	}
	defer unix.Close(root)
	return resolve.Open(root, strings.TrimLeft(name, "/"), flags, unix.RESOLVE_IN_ROOT|unix.RESOLVE_NO_MAGICLINKS)
}

// parseID reads a user or group id: decimal digits, and not the last number,
// which stands for no id (credentials(7)).
func parseID(s string) (uint32, error) {
	id, err := strconv.ParseUint(s, 10, 32)
	if err != nil || id == math.MaxUint32 {
		return 0, fmt.Errorf("invalid id %q: it is a number from 0 to %d", s, math.MaxUint32-1)
	}
	return uint32(id), nil
}

func sameID(s string, id uint32) bool {
	n, err := parseID(s)
	return err == nil && n == id
}

// isNumber says whether a text was meant to be a number.
func isNumber(s string) bool {
	return s != "" && strings.Trim(s, "+-0123456789") == ""
}
