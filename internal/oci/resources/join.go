package resources

import (
	"strconv"

	"golang.org/x/sys/unix"
)

// Join moves a process into the group. With systemd the first one to join has
// the unit made around it, and the limits set.
//
// In version 1 it is better for a process to go through Doors: for a pid, the
// kernel stops all forks and exits of the machine, and starting to do so can take
// it an RCU grace period, 10 milliseconds and more on an idle machine.
func (g *Group) Join(pid int) error {
	if g.pending != nil {
		return g.start(pid)
	}
	number := strconv.Itoa(pid)
	for i := range g.Trees {
		t := &g.Trees[i]
		if err := t.write("cgroup.procs", number); err != nil {
			if t.V2 && g.Unit != nil && refused(err) {
				return g.attach(pid)
			}
			return &Error{Doing: "move process " + number + " to " + t.Dir(), Err: err, Hint: hint("cgroup.procs", err)}
		}
	}
	return nil
}

// Doors opens a file in each hierarchy of version 1. A process with one thread
// that inherits them goes into the group by writing "0" to each, whatever user or
// pid namespace it is in. The caller closes them. There are none while systemd
// has not made the unit; then it takes Join.
func (g *Group) Doors() ([]int, error) {
	if g.pending != nil {
		return nil, nil
	}
	var doors []int
	for i := range g.Trees {
		t := &g.Trees[i]
		if t.V2 {
			continue
		}
		fd, err := t.at(t.in("tasks"), unix.O_WRONLY)
		if err != nil {
			for _, d := range doors {
				unix.Close(d)
			}
			return nil, &Error{Doing: "open tasks of " + t.Dir(), Err: err, Hint: hint("tasks", err)}
		}
		doors = append(doors, fd)
	}
	return doors, nil
}

// Dir is the group's directory of version 2 as a descriptor for clone3's
// CLONE_INTO_CGROUP. It stays open until Close. Not ok: there is none, and it
// takes Join.
func (g *Group) Dir() (fd int, ok bool) {
	t := g.v2()
	if t == nil || g.pending != nil {
		return -1, false
	}
	if !t.entered {
		fd, err := t.at(t.Path, unix.O_PATH|unix.O_DIRECTORY)
		if err != nil {
			return -1, false
		}
		t.dir, t.entered = fd, true
	}
	return t.dir, true
}
