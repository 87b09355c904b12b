package rootfs

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"

	"golang.org/x/sys/unix"
)

// Remove removes a tree as it was unpacked: with directories that their modes
// close even to their owner, and deeper than descriptors last. What is not
// there is no error.
func Remove(name string) error {
	name = filepath.Clean(name)
	parent, err := unix.Open(filepath.Dir(name), unix.O_PATH|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
	if errors.Is(err, unix.ENOENT) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("remove %s: %w", name, err)
	}
	defer unix.Close(parent)
	if err := removeAt(parent, filepath.Base(name)); err != nil {
		return fmt.Errorf("remove %s: %w", name, err)
	}
	return nil
}

// maxHeld is how many levels of a tree are held open while it is removed.
const maxHeld = 64

// removeAt removes whatever is called name in a directory.
func removeAt(dir int, name string) error {
	return removeTree(dir, name, -1, 0)
}

// removeTree removes a tree at some depth below top, a directory being emptied.
func removeTree(dir int, name string, top, depth int) error {
	err := unix.Unlinkat(dir, name, 0)
	if err == unix.EISDIR {
		err = unix.Unlinkat(dir, name, unix.AT_REMOVEDIR)
	}
	switch err {
	case nil, unix.ENOENT:
		return nil
	case unix.ENOTEMPTY, unix.EEXIST:
	default:
		return err
	}
	fd, err := openOwn(dir, name)
	if err != nil {
		return err
	}
	defer unix.Close(fd)
	if depth >= maxHeld {
		return moveUp(dir, name, top)
	}
	if top < 0 {
		top = fd
	}
	if err := empty(fd, top, depth+1); err != nil {
		return err
	}
	return unix.Unlinkat(dir, name, unix.AT_REMOVEDIR)
}

// openOwn opens a directory so that it can be emptied, whatever its mode is.
func openOwn(dir int, name string) (int, error) {
	path, err := unix.Openat(dir, name, pathFlags|unix.O_NOFOLLOW, 0)
	if err != nil {
		return -1, err
	}
	defer unix.Close(path)
	chmodErr := chmodPath(path, 0o700)
	fd, err := unix.Openat(path, ".", unix.O_RDONLY|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
	if err != nil && chmodErr != nil {
		return -1, chmodErr
	}
	return fd, err
}

// empty removes everything in a directory, looking again until nothing is left,
// because reading one that changes may pass over names.
func empty(fd, top, depth int) error {
	for {
		names, err := listDir(fd, 1024)
		if err != nil || len(names) == 0 {
			return err
		}
		for _, name := range names {
			if err := removeTree(fd, name, top, depth); err != nil {
				return err
			}
		}
	}
}

// moveUp hangs a tree that is too deep to hold open into the top directory,
// whose emptying will come across it.
func moveUp(dir int, name string, top int) error {
	for i := 0; ; i++ {
		err := unix.Renameat2(dir, name, top, ".deep-"+strconv.Itoa(i), unix.RENAME_NOREPLACE)
		if err != unix.EEXIST {
			return err
		}
	}
}

// listDir reads up to max names from the start of a directory, all if max < 0.
func listDir(fd, max int) ([]string, error) {
	again, err := unix.Openat(fd, ".", unix.O_RDONLY|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
	if err != nil {
		return nil, err
	}
	f := os.NewFile(uintptr(again), "directory")
	defer f.Close()
	names, err := f.Readdirnames(max)
	if err == io.EOF {
		err = nil
	}
	return names, err
}
