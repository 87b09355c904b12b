package ns

import (
	"fmt"
	"slices"
	"unsafe"

	"golang.org/x/sys/unix"
)

// relate asks the kernel for the owner and the parent of each namespace, once,
// and adds those of them that were not found otherwise.
func (f *found) relate() {
	for queue := f.sorted(); len(queue) > 0; {
		n := queue[0]
		queue = queue[1:]
		if fd, ok := f.open(n); ok {
			queue = append(queue, f.kin(fd, n)...)
			unix.Close(fd)
		}
	}
}

// kin fills in what the kernel says of a namespace that is open, and returns
// those that are new.
func (f *found) kin(fd int, n *Namespace) (fresh []*Namespace) {
	n.Unique = uniqueID(fd)
	if n.Kind == User {
		if uid, err := unix.IoctlGetUint32(fd, unix.NS_GET_OWNER_UID); err == nil {
			n.OwnerUID = &uid
		}
	}
	owner, added := f.relative(fd, unix.NS_GET_USERNS, User)
	fresh = append(fresh, added...)
	n.Owner = owner
	switch n.Kind {
	case User:
		n.Parent = owner
	case PID:
		parent, added := f.relative(fd, unix.NS_GET_PARENT, PID)
		n.Parent, fresh = parent, append(fresh, added...)
	}
	return fresh
}

// relative is the inode number of a relative. One that is new is asked for its
// own at once, for it can be opened by this way only.
func (f *found) relative(fd int, request uint, kind Kind) (inode uint64, fresh []*Namespace) {
	other, err := unix.IoctlRetInt(fd, request)
	if err != nil {
		return 0, nil // out of sight, or there is none
	}
	defer unix.Close(other)
	var st unix.Stat_t
	if unix.Fstat(other, &st) != nil {
		return 0, nil
	}
	if f.all[st.Ino] == nil {
		n := f.get(st.Ino, kind)
		fresh = append(f.kin(other, n), fresh...)
	}
	f.all[st.Ino].Held.Kin = true
	return st.Ino, fresh
}

// nsGetID is NS_GET_ID (linux/nsfs.h).
const nsGetID = 2<<30 | 8<<16 | 0xb7<<8 | 13

func uniqueID(fd int) (id uint64) {
	unix.Syscall(unix.SYS_IOCTL, uintptr(fd), nsGetID, uintptr(unsafe.Pointer(&id)))
	return id
}

// open opens a namespace by the first of its holders that still has it.
func (f *found) open(n *Namespace) (int, bool) {
	for _, path := range n.paths(f) {
		fd, err := unix.Open(path, unix.O_RDONLY|unix.O_CLOEXEC|unix.O_NONBLOCK|unix.O_NOCTTY, 0)
		if err != nil {
			continue
		}
		var st unix.Stat_t
		var fs unix.Statfs_t
		if unix.Fstat(fd, &st) == nil && st.Ino == n.Inode && unix.Fstatfs(fd, &fs) == nil && fs.Type == unix.NSFS_MAGIC {
			return fd, true
		}
		unix.Close(fd)
	}
	for _, s := range n.Held.Sockets {
		if fd, err := networkFile(s.PID, s.FD); err == nil {
			return fd, true
		}
	}
	return -1, false
}

// mostPaths is by how many holders of a sort it is tried to open a namespace.
const mostPaths = 4

// paths are files by which the namespace can be reached.
func (n *Namespace) paths(f *found) (list []string) {
	h := n.Held
	for _, pid := range first(h.Processes) {
		list = append(list, fmt.Sprintf("/proc/%d/ns/%s", pid, n.Kind.File()))
	}
	for _, t := range first(h.Tasks) {
		list = append(list, fmt.Sprintf("/proc/%d/task/%d/ns/%s", t.PID, t.TID, n.Kind.File()))
	}
	for _, pid := range first(h.ForChildren) {
		list = append(list, fmt.Sprintf("/proc/%d/ns/%s", pid, n.Kind.FileForChildren()))
	}
	for _, d := range first(h.Files) {
		list = append(list, fmt.Sprintf("/proc/%d/fd/%d", d.PID, d.FD))
	}
	for _, m := range first(h.Mounts) {
		if in := f.all[m.Mount]; in != nil {
			for _, pid := range first(in.Held.Processes) {
				list = append(list, fmt.Sprintf("/proc/%d/root%s", pid, m.Path))
			}
		}
	}
	return list
}

func first[T any](list []T) []T { return slices.Clip(list[:min(len(list), mostPaths)]) }
