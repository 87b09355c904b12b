package resources

import (
	"errors"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

const (
	freezeTime = 10 * time.Second // how long processes may take to stop
	// freezeAgain is after how long version 1 is asked anew, from the start, for a
	// process may have been missed (the kernel's freezer-subsystem).
	freezeAgain = 100 * time.Millisecond

	wait     = 20 * time.Microsecond // between two looks, doubled every time
	longWait = 5 * time.Millisecond
)

var errFreezer = errors.New("no hierarchy here can freeze")

// freezer is the hierarchy that can freeze.
func (g *Group) freezer() *Tree {
	if t := g.v1("freezer"); t != nil {
		return t
	}
	return g.v2()
}

// Freeze stops all processes of the group, or lets them go on. It returns when
// they have stopped; if one does not in 10 seconds, all go on again.
func (g *Group) Freeze(on bool) error {
	t := g.freezer()
	if t == nil {
		return &Error{Doing: "freeze the container", Err: errFreezer, Hint: "it takes cgroup version 2, or the freezer controller of version 1"}
	}
	return t.freeze(on, freezeTime)
}

// Frozen says whether the group is frozen or is being frozen. What is gone is not.
func (g *Group) Frozen() (bool, error) {
	t := g.freezer()
	if t == nil {
		return false, nil
	}
	return t.frozen()
}

func (t *Tree) frozen() (bool, error) {
	if !t.V2 && !t.has("freezer") {
		return false, nil
	}
	file := "freezer.state"
	if t.V2 {
		file = "cgroup.events"
	}
	text, err := t.read(file)
	if gone(err) {
		return false, nil
	}
	if err != nil {
		return false, &Error{Doing: "read " + file + " of " + t.Dir(), Err: err}
	}
	if t.V2 {
		return strings.Contains("\n"+text, "\nfrozen 1\n"), nil
	}
	return !strings.HasPrefix(text, "THAWED"), nil
}

func (t *Tree) freeze(on bool, limit time.Duration) error {
	file, value := t.freezeValue(on)
	err := t.write(file, value)
	if err == nil && on {
		if err = t.untilFrozen(time.Now().Add(limit)); err != nil {
			_, back := t.freezeValue(false)
			_ = t.write(file, back)
		}
	}
	if err != nil {
		e := &Error{Doing: "set " + file + " of " + t.Dir() + " to " + value, Err: err, Hint: hint(file, err)}
		if err == unix.ETIMEDOUT {
			e.Hint = "a process waits for a device or a file system and cannot be stopped"
		}
		return e
	}
	return nil
}

// thaw thaws a group and all below it, for a container may have frozen a part of
// itself, where in version 1 a process that was killed does not end.
func (t *Tree) thaw() {
	file, value := t.freezeValue(false)
	for _, dir := range t.all() {
		_ = t.writeAt(below(dir, file), value)
	}
}

func (t *Tree) freezeValue(on bool) (file, value string) {
	switch {
	case t.V2 && on:
		return "cgroup.freeze", "1"
	case t.V2:
		return "cgroup.freeze", "0"
	case on:
		return "freezer.state", "FROZEN"
	}
	return "freezer.state", "THAWED"
}

func (t *Tree) untilFrozen(deadline time.Time) error {
	if t.V2 {
		return t.untilEvent("frozen 1", deadline)
	}
	again := time.Now().Add(freezeAgain)
	for pause := wait; ; pause = min(2*pause, longWait) {
		text, err := t.read("freezer.state")
		if err != nil || strings.HasPrefix(text, "FROZEN") {
			return err
		}
		now := time.Now()
		if now.After(deadline) {
			return unix.ETIMEDOUT
		}
		time.Sleep(pause)
		if now.After(again) {
			_ = t.write("freezer.state", "THAWED")
			again = now.Add(freezeAgain)
		}
		if err := t.write("freezer.state", "FROZEN"); err != nil {
			return err
		}
	}
}

// untilEvent waits for a line of cgroup.events; the kernel wakes who polls it.
func (t *Tree) untilEvent(line string, deadline time.Time) error {
	fd, err := t.at(t.in("cgroup.events"), unix.O_RDONLY)
	if err != nil {
		return err
	}
	defer unix.Close(fd)
	buf := make([]byte, 256)
	for {
		n, err := unix.Pread(fd, buf, 0)
		if err != nil && err != unix.EINTR {
			return err
		}
		if strings.Contains("\n"+string(buf[:max(n, 0)]), "\n"+line+"\n") {
			return nil
		}
		left := time.Until(deadline)
		if left <= 0 {
			return unix.ETIMEDOUT
		}
		poll := []unix.PollFd{{Fd: int32(fd), Events: unix.POLLPRI}}
		if _, err := unix.Poll(poll, int(min(left.Milliseconds(), 1000))+1); err != nil && err != unix.EINTR {
			return err
		}
	}
}
