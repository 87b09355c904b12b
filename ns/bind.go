package ns

import (
	"bytes"
	"fmt"
	"os"
	"slices"

	"github.com/moby/sys/mountinfo"
)

// mounts finds the namespaces that are bound in the mount namespaces found so
// far, and in mount namespaces that are bound there; it returns how many of them
// it may not look into.
func (f *found) mounts() (unread int) {
	looked := map[uint64]bool{}
	for again := true; again; {
		again = false
		var lone []*Namespace
		for _, n := range f.sorted() { // get adds to all
			if n.Kind != Mount || looked[n.Inode] {
				continue
			}
			looked[n.Inode], again = true, true
			text, err := mountsOf(n.Held)
			switch {
			case os.IsPermission(err):
				unread++
			case err != nil:
				lone = append(lone, n)
			default:
				f.binds(n.Inode, text)
			}
		}
		unread += f.lone(lone)
	}
	return unread
}

// mountsOf reads the mounts as the first holder that is still there sees them.
func mountsOf(h Holders) (text []byte, err error) {
	err = os.ErrNotExist
	for _, pid := range h.Processes {
		if text, err = os.ReadFile(fmt.Sprintf("/proc/%d/mountinfo", pid)); err == nil {
			return text, nil
		}
	}
	for _, t := range h.Tasks {
		if text, err = os.ReadFile(fmt.Sprintf("/proc/%d/task/%d/mountinfo", t.PID, t.TID)); err == nil {
			return text, nil
		}
	}
	return nil, err
}

// binds adds the mounts of nsfs in the text of a mountinfo: their root is the
// namespace, as the links show it (proc_pid_mountinfo(5)). Most lines are of
// others, and are not worth being taken apart.
func (f *found) binds(in uint64, text []byte) {
	var ours []byte
	for line := range bytes.Lines(text) {
		if bytes.Contains(line, []byte(" - nsfs ")) {
			ours = append(ours, line...)
		}
	}
	infos, err := mountinfo.GetMountsFromReader(bytes.NewReader(ours), nil)
	if err != nil {
		return
	}
	for _, m := range infos {
		kind, ok := kindOf([]byte(m.Root))
		ino, okIno := inode([]byte(m.Root))
		if !ok || !okIno {
			continue
		}
		bound := BindMount{in, m.Mountpoint}
		if n := f.get(ino, kind); !slices.Contains(n.Held.Mounts, bound) {
			n.Held.Mounts = append(n.Held.Mounts, bound)
		}
	}
}
