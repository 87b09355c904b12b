package review

import (
	"fmt"
	"io"
	"os"

	"golang.org/x/sys/unix"
)

// place puts what the program made or changed in its place on the host.
func (a *applier) place(c *Change) error {
	if err := a.allowed(c); err != nil {
		return err
	}
	upper, lower, err := a.parents(c)
	if err != nil {
		return err
	}
	defer unix.Close(upper)
	defer unix.Close(lower)
	name := base(c)
	u, err := look(upper, name)
	if err != nil {
		return fmt.Errorf("open the change: %w", err)
	}
	defer u.close()
	if !u.same(c.Upper) {
		return Refusal(tampered)
	}
	if u.isDir() && c.Lower != nil && c.Lower.isDir() {
		return a.dressDirectory(c, u, lower, name)
	}
	if !a.linked(u, lower) {
		if err := a.make(u, lower); err != nil {
			removeTree(lower, a.temporary)
			return err
		}
	}
	err = a.swap(c, lower, name)
	if e := removeTree(lower, a.temporary); err == nil && e != nil {
		err = fmt.Errorf("remove what it replaces: %w", e)
	}
	if err == nil {
		a.links[u.Ino] = c
	}
	return err
}

// linked gives a file that the program gave several names, and that has been
// put under one of them already, another. If it cannot be, it is copied.
func (a *applier) linked(u *file, dir int) bool {
	first := a.links[u.Ino]
	if first == nil || !u.regular() || u.Links < 2 {
		return false
	}
	_, in, err := a.parents(&Change{Path: first.Path, Kind: Deleted, Base: first.Base})
	if err != nil {
		return false
	}
	defer unix.Close(in)
	if unix.Linkat(in, base(first), dir, a.temporary, 0) != nil {
		return false
	}
	made, err := look(dir, a.temporary)
	if err == nil {
		defer made.close()
		what, e := difference(u, made)
		if e == nil && len(what) == 0 {
			return true
		}
	}
	removeTree(dir, a.temporary)
	return false
}

// dressDirectory gives a directory that stays its new owner, mode and attributes.
func (a *applier) dressDirectory(c *Change, u *file, lower int, name string) error {
	l, err := look(lower, name)
	if err != nil {
		return err
	}
	defer l.close()
	if !l.same(c.Lower) {
		return Refusal(meanwhile)
	}
	return dress(l.fd, u, l.attrs)
}

// make makes the new file under the name that it has on its way.
func (a *applier) make(u *file, dir int) error {
	var err error
	switch u.kind() {
	case unix.S_IFREG:
		return a.copy(u, dir)
	case unix.S_IFDIR:
		err = unix.Mkdirat(dir, a.temporary, 0o700)
	case unix.S_IFLNK:
		err = unix.Symlinkat(u.link, dir, a.temporary)
	default:
		err = unix.Mknodat(dir, a.temporary, u.kind()|0o600, int(u.Rdev))
	}
	if err != nil {
		return fmt.Errorf("make a %s: %w", u.Type(), err)
	}
	made, err := look(dir, a.temporary)
	if err != nil {
		return err
	}
	defer made.close()
	if made.kind() != u.kind() {
		return Refusal("somebody else replaces files in that directory")
	}
	return dress(made.fd, u, made.attrs)
}

// copy copies a file, holes and all, to disk.
func (a *applier) copy(u *file, dir int) error {
	from, err := contents(u.fd)
	if err != nil {
		return fmt.Errorf("open the change: %w", err)
	}
	defer from.Close()
	fd, err := unix.Openat(dir, a.temporary, unix.O_WRONLY|unix.O_CREAT|unix.O_EXCL|unix.O_NOFOLLOW|unix.O_CLOEXEC, 0o600)
	if err != nil {
		return fmt.Errorf("make a file: %w", err)
	}
	to := os.NewFile(uintptr(fd), "file")
	defer to.Close()
	if err := copyData(to, from, u.Size); err != nil {
		return fmt.Errorf("copy: %w", err)
	}
	now, err := stampFD(u.fd)
	if err != nil || !now.same(u.Stamp) {
		return Refusal(tampered)
	}
	had, err := attributes(fd) // of the directory's default access control list
	if err != nil {
		return err
	}
	if err := dress(fd, u, had); err != nil {
		return err
	}
	if err := to.Sync(); err != nil {
		return fmt.Errorf("write: %w", err)
	}
	return nil
}

// copyData copies the pieces of a file that hold data (lseek(2)).
func copyData(to, from *os.File, size int64) error {
	if unix.IoctlFileClone(int(to.Fd()), int(from.Fd())) == nil {
		return nil
	}
	for at := int64(0); at < size; {
		data, err := unix.Seek(int(from.Fd()), at, unix.SEEK_DATA)
		if err == unix.ENXIO {
			break // a hole to the end
		}
		if err != nil {
			return err
		}
		hole, err := unix.Seek(int(from.Fd()), data, unix.SEEK_HOLE)
		if err != nil {
			return err
		}
		if _, err := from.Seek(data, io.SeekStart); err != nil {
			return err
		}
		if _, err := to.Seek(data, io.SeekStart); err != nil {
			return err
		}
		if _, err := io.CopyN(to, from, hole-data); err != nil {
			return err
		}
		at = hole
	}
	return to.Truncate(size)
}

// swap moves the new file to its place in one step, and sees to it that what it
// replaces is what it was.
func (a *applier) swap(c *Change, dir int, name string) error {
	if c.Lower == nil {
		err := unix.Renameat2(dir, a.temporary, dir, name, unix.RENAME_NOREPLACE)
		if err == unix.EEXIST {
			return Refusal(madeSince)
		}
		return err
	}
	if err := a.asNoted(c, dir, name); err != nil {
		return err
	}
	return a.exchange(c, dir, name)
}

// exchange puts the old file back if it changed since it was looked at.
func (a *applier) exchange(c *Change, dir int, name string) error {
	err := unix.Renameat2(dir, a.temporary, dir, name, unix.RENAME_EXCHANGE)
	if err == unix.EINVAL && !c.Lower.isDir() && c.Upper.kind() != unix.S_IFDIR {
		return unix.Renameat(dir, a.temporary, dir, name) // the file system can do no more
	}
	if err != nil {
		return err
	}
	if err := a.asMoved(c, dir); err != nil {
		if e := unix.Renameat2(dir, a.temporary, dir, name, unix.RENAME_EXCHANGE); e != nil {
			return fmt.Errorf("%w, and putting it back failed: %w", err, e)
		}
		return err
	}
	return nil
}

// asNoted refuses if the host's file is not what it was when it was noted.
func (a *applier) asNoted(c *Change, dir int, name string) error {
	st, err := stampAt(dir, name)
	if err != nil {
		return err
	}
	if !st.same(c.Lower) {
		return Refusal(meanwhile)
	}
	return a.asNotedBelow(c, dir, name)
}

// asMoved looks at it once more when nobody can reach it by its name any more.
func (a *applier) asMoved(c *Change, dir int) error {
	st, err := stampAt(dir, a.temporary)
	if err != nil {
		return err
	}
	if st == nil || !c.Lower.sameMoved(st) {
		return Refusal(meanwhile)
	}
	return a.asNotedBelow(c, dir, a.temporary)
}

func (a *applier) asNotedBelow(c *Change, dir int, name string) error {
	if !c.Lower.isDir() {
		return nil
	}
	now, err := leavesOf(dir, name, nil)
	if err != nil {
		return Refusal(err.Error())
	}
	if reason := unchanged(now, c.Tree); reason != "" {
		return Refusal(reason)
	}
	return nil
}
