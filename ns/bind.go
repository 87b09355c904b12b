package ns

import (
	"bufio"
	"bytes"
	"fmt"
	"os"
	"slices"
	"strconv"
)

// mounts finds the namespaces that are bound in the mount namespaces in which
// a process, or a thread, is; it returns how many of those it may not look into.
func (f *found) mounts() (unread int) {
	list := f.sorted() // get adds to all
	for _, n := range list {
		if n.Kind != Mount {
			continue
		}
		text, err := mountinfo(n.Held)
		switch {
		case os.IsPermission(err):
			unread++
		case err == nil:
			f.binds(n.Inode, text)
		}
	}
	return unread
}

// mountinfo reads the mounts as the first holder that is still there sees them.
func mountinfo(h Holders) (text []byte, err error) {
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
// namespace, as the links show it (proc_pid_mountinfo(5)).
func (f *found) binds(in uint64, text []byte) {
	for lines := bufio.NewScanner(bytes.NewReader(text)); lines.Scan(); {
		if !bytes.Contains(lines.Bytes(), []byte(" - nsfs ")) {
			continue
		}
		fields := bytes.Fields(lines.Bytes())
		if len(fields) < 5 {
			continue
		}
		kind, ok := kindOf(fields[3])
		ino, okIno := inode(fields[3])
		if !ok || !okIno {
			continue
		}
		bound := BindMount{in, unescape(string(fields[4]))}
		if n := f.get(ino, kind); !slices.Contains(n.Held.Mounts, bound) {
			n.Held.Mounts = append(n.Held.Mounts, bound)
		}
	}
}

// unescape turns the \040 of a mountinfo into what they stand for.
func unescape(s string) string {
	var out []byte
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+3 < len(s) {
			if n, err := strconv.ParseUint(s[i+1:i+4], 8, 8); err == nil {
				out = append(out, byte(n))
				i += 3
				continue
			}
		}
		out = append(out, s[i])
	}
	return string(out)
}
