package review

import (
	"fmt"
	"path/filepath"

	"golang.org/x/sys/unix"
)

func base(c *Change) string { return filepath.Base(string(c.Base.Path)) }

// delete takes away what the program deleted: first out of its place, in one
// step, and then, if it is what it was, altogether.
func (a *applier) delete(c *Change) error {
	if err := a.allowed(c); err != nil {
		return err
	}
	_, dir, err := a.parents(c)
	if err != nil {
		return err
	}
	defer unix.Close(dir)
	name := base(c)
	if err := a.asNoted(c, dir, name); err != nil {
		return err
	}
	if err := a.takeOut(c, dir, name); err != nil {
		return err
	}
	if err := removeTree(dir, a.temporary); err != nil {
		return fmt.Errorf("remove: %w", err)
	}
	return nil
}

// takeOut takes a file out of its place, and puts it back if it changed since it
// was looked at.
func (a *applier) takeOut(c *Change, dir int, name string) error {
	if err := unix.Renameat2(dir, name, dir, a.temporary, unix.RENAME_NOREPLACE); err != nil {
		return err
	}
	if err := a.asMoved(c, dir); err != nil {
		if e := unix.Renameat2(dir, a.temporary, dir, name, unix.RENAME_NOREPLACE); e != nil {
			return fmt.Errorf("%w, and putting it back failed: %w", err, e)
		}
		return err
	}
	return nil
}

// removeTree removes a name in a directory and all that is below it, in one
// mount. What is not there is no error.
func removeTree(dir int, name string) error {
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
	fd, err := directory(dir, name)
	if err != nil {
		return err
	}
	defer unix.Close(fd)
	list, err := names(fd)
	if err != nil {
		return err
	}
	for _, n := range list {
		if err := removeTree(fd, n); err != nil {
			return err
		}
	}
	return unix.Unlinkat(dir, name, unix.AT_REMOVEDIR)
}
