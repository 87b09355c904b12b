package resources

import (
	"errors"
	"time"

	"golang.org/x/sys/unix"
)

// deleteTime is how long a group may be busy with processes that are ending.
const deleteTime = 5 * time.Second

// Remove removes the group, and kills whoever is still in it.
func (g *Group) Remove() error {
	if g.Unit == nil && g.removeEmpty() == nil {
		return nil
	}
	if err := g.Signal(unix.SIGKILL); err != nil {
		return err
	}
	return g.Delete()
}

// removeEmpty removes directories until one is busy. With nobody in the group,
// as where a PID namespace has ended, that is all there is to do.
func (g *Group) removeEmpty() error {
	for i := range g.Trees {
		t := &g.Trees[i]
		if err := t.open(); err != nil {
			return err
		}
		if err := t.rmdir(t.Path); err != nil {
			return err
		}
	}
	return nil
}

// Delete removes the group and those below it. A frozen group is thawed if it is
// not empty, for a process that was killed in it has not ended yet. Delete kills
// nobody itself: a group that still has processes after 5 seconds is an error.
// What is gone already is none.
func (g *Group) Delete() error {
	var faults []error
	if g.Unit != nil {
		faults = append(faults, g.stop())
	}
	var busy []*Tree
	for i := range g.Trees {
		t := &g.Trees[i]
		err := t.open()
		switch {
		case errors.Is(err, unix.ENOENT): // not mounted any more
			continue
		case err == nil:
			err = t.rmdir(t.Path)
		}
		if err == unix.EBUSY {
			busy = append(busy, t)
		} else {
			faults = append(faults, t.removed(err))
		}
	}
	if len(busy) > 0 {
		if t := g.freezer(); t != nil {
			t.thaw()
		}
	}
	deadline := time.Now().Add(deleteTime)
	for _, t := range busy {
		faults = append(faults, t.removed(t.clear(deadline)))
	}
	return errors.Join(faults...)
}

func (t *Tree) removed(err error) error {
	if _, known := errors.AsType[*Error](err); err == nil || known {
		return err
	}
	return &Error{Doing: "remove the cgroup " + t.Dir(), Err: err, Hint: hint("", err)}
}

// clear removes all that is below a group and it, from the bottom up, as soon as
// the processes have ended.
func (t *Tree) clear(deadline time.Time) error {
	for pause := wait; ; pause = min(2*pause, longWait) {
		err := t.rmdirAll()
		if err != unix.EBUSY {
			return err
		}
		if time.Now().After(deadline) {
			pids, _ := t.pids(true)
			return alive(t, pids, err)
		}
		time.Sleep(pause)
	}
}

func (t *Tree) rmdirAll() error {
	dirs := t.all()
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
