package resources

import (
	"errors"
	"os"
	"path"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// delegated are the files that a group is handed over with, on kernels that do
// not say so themselves (config-linux.md, "Cgroup ownership").
const delegated = "cgroup.procs\ncgroup.subtree_control\ncgroup.threads"

// Chown hands the group of version 2 over to a user, who may then make groups
// below it but not lift its limits. In version 1 that would not be safe, and
// nothing is done.
func (g *Group) Chown(uid int) error {
	t := g.v2()
	if t == nil || len(g.Trees) != 1 {
		return nil
	}
	text, err := os.ReadFile("/sys/kernel/cgroup/delegate")
	if err != nil {
		text = []byte(delegated)
	}
	for _, file := range append(strings.Fields(string(text)), "") {
		if strings.Contains(file, "/") {
			continue
		}
		name := path.Join(t.Path, file)
		fd, err := t.at(name, unix.O_PATH)
		if err == nil {
			err = unix.Fchownat(fd, "", uid, -1, unix.AT_EMPTY_PATH)
			unix.Close(fd)
		}
		if err != nil && (file == "" || !errors.Is(err, unix.ENOENT)) {
			return &Error{Doing: "give " + path.Join(t.Mount, name) + " to user " + strconv.Itoa(uid), Err: err}
		}
	}
	return nil
}
