package resources

import (
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// mostGroups bounds how many groups below one are looked at.
const mostGroups = 1 << 16

// main is the hierarchy that says which processes a container has: the one they
// can be frozen in.
func (g *Group) main() *Tree {
	if t := g.freezer(); t != nil {
		return t
	}
	if len(g.Trees) > 0 {
		return &g.Trees[0]
	}
	return nil
}

// Pids lists the processes of the group and, with all, of the groups below it.
// Those that this process's pid namespace does not show are left out. A group
// that is gone has none.
func (g *Group) Pids(all bool) ([]int, error) {
	t := g.main()
	if t == nil {
		return nil, nil
	}
	pids, err := t.pids(all)
	if gone(err) {
		return nil, nil
	}
	if err != nil {
		return nil, &Error{Doing: "read the processes of " + t.Dir(), Err: err, Hint: hint("", err)}
	}
	return pids, nil
}

func (t *Tree) pids(all bool) ([]int, error) {
	dirs := []string{t.Path}
	var pids []int
	for i := 0; i < len(dirs); i++ {
		text, err := t.readAt(below(dirs[i], "cgroup.procs"))
		if err == unix.EOPNOTSUPP { // a threaded group's processes are listed above it
			text, err = "", nil
		}
		if err == nil {
			pids, err = appendPids(pids, text)
		}
		if all && err == nil {
			dirs, err = t.appendChildren(dirs, dirs[i])
		}
		if err != nil && (i == 0 || !gone(err)) {
			return nil, err
		}
	}
	slices.Sort(pids)
	return slices.Compact(pids), nil
}

// all lists the group's directory and those below it, from the top down.
func (t *Tree) all() []string {
	dirs := []string{t.Path}
	for i := 0; i < len(dirs); i++ {
		dirs, _ = t.appendChildren(dirs, dirs[i])
	}
	return dirs
}

// appendPids reads cgroup.procs. 0 is a process of another pid namespace.
func appendPids(pids []int, text string) ([]int, error) {
	for line := range strings.Lines(text) {
		n, err := strconv.ParseUint(strings.TrimSuffix(line, "\n"), 10, 31)
		if err != nil {
			return pids, fmt.Errorf("cgroup.procs: line %.100q", line)
		}
		if n != 0 {
			pids = append(pids, int(n))
		}
	}
	return pids, nil
}

// appendChildren lists the groups directly below a directory. How many there are
// its link count says, so that most need not be read.
func (t *Tree) appendChildren(dirs []string, dir string) ([]string, error) {
	var st unix.Stat_t
	if err := unix.Fstatat(t.top, dir, &st, unix.AT_SYMLINK_NOFOLLOW); err != nil || st.Nlink == 2 {
		return dirs, err
	}
	fd, err := t.at(dir, unix.O_RDONLY|unix.O_DIRECTORY)
	if err != nil {
		return dirs, err
	}
	f := os.NewFile(uintptr(fd), dir)
	defer f.Close()
	entries, err := f.ReadDir(-1)
	for _, e := range entries {
		if e.IsDir() {
			dirs = append(dirs, below(dir, e.Name()))
		}
	}
	if len(dirs) > mostGroups {
		return dirs, unix.E2BIG
	}
	return dirs, err
}
