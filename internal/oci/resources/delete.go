package resources

import (
	"errors"
	"time"

	"golang.org/x/sys/unix"
)

// deleteTime is how long a group may be busy with processes that are ending.
const deleteTime = 5 * time.Second

// Delete removes the group and those below it. It kills nobody: a group with
// processes is an error after 5 seconds. What is gone already is no error.
func (g *Group) Delete() error {
	var faults []error
	if g.Unit != nil {
		faults = append(faults, g.stop())
	}
	deadline := time.Now().Add(deleteTime)
	for i := range g.Trees {
		faults = append(faults, g.Trees[i].remove(deadline))
	}
	return errors.Join(faults...)
}

func (t *Tree) remove(deadline time.Time) error {
	if err := t.open(); err != nil {
		if errors.Is(err, unix.ENOENT) {
			return nil // not mounted any more
		}
		return err
	}
	err := t.rmdir(t.Path)
	for pause := wait; err == unix.EBUSY; pause = min(2*pause, longWait) {
		if err = t.clear(); err != unix.EBUSY {
			break
		}
		if time.Now().After(deadline) {
			pids, _ := t.pids(true)
			return alive(t, pids, err)
		}
		time.Sleep(pause)
		err = t.rmdir(t.Path)
	}
	if err != nil {
		return &Error{Doing: "remove the cgroup " + t.Dir(), Err: err, Hint: hint("", err)}
	}
	return nil
}

// clear thaws a frozen group, in which killed processes do not end, and removes
// all below it and then it, from the bottom up.
func (t *Tree) clear() error {
	if frozen, _ := t.frozen(); frozen {
		_ = t.freeze(false, 0)
	}
	dirs := []string{t.Path}
	for i := 0; i < len(dirs); i++ {
		dirs, _ = t.appendChildren(dirs, dirs[i])
	}
	for i := len(dirs) - 1; i >= 0; i-- {
		if err := t.rmdir(dirs[i]); err != nil {
			return err
		}
	}
	return nil
}

func (t *Tree) rmdir(dir string) error {
	for {
		err := unix.Unlinkat(t.top, dir, unix.AT_REMOVEDIR)
		switch err {
		case unix.EINTR:
		case unix.ENOENT:
			return nil
		default:
			return err
		}
	}
}
