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
	for _, n := range f.sorted() {
		if file := f.open(n); file != nil {
			f.kin(file, n)
			file.Close()
		}
	}
}

// kin fills in what the kernel says of a namespace that is open.
func (f *found) kin(file *File, n *Namespace) {
	n.Unique = uniqueID(file.Fd())
	n.Owner = f.relative(file.Owner())
	switch n.Kind {
	case User:
		n.Parent = n.Owner
		if uid, err := file.OwnerUID(); err == nil {
			n.OwnerUID = &uid
		}
	case PID:
		n.Parent = f.relative(file.Parent())
	}
}

// relative is the inode number of a relative, 0 if it is out of sight or there is
// none. One that is new is asked for its own at once, for it can be opened by
// this way only.
func (f *found) relative(other *File, err error) uint64 {
	if err != nil {
		return 0
	}
	defer other.Close()
	inode := other.ID().Ino
	fresh := f.all[inode] == nil
	n := f.get(inode, other.Kind())
	n.Held.Kin = true
	if fresh {
		f.kin(other, n)
	}
	return inode
}

// nsGetID is NS_GET_ID (linux/nsfs.h).
const nsGetID = 2<<30 | 8<<16 | 0xb7<<8 | 13

func uniqueID(fd int) (id uint64) {
	unix.Syscall(unix.SYS_IOCTL, uintptr(fd), nsGetID, uintptr(unsafe.Pointer(&id)))
	return id
}

// open opens a namespace by the first of its holders that still has it; nil if
// none has.
func (f *found) open(n *Namespace) *File {
	for _, path := range n.paths(f) {
		if file, err := Open(path); err == nil {
			if file.ID().Ino == n.Inode {
				return file
			}
			file.Close()
		}
	}
	for _, s := range n.Held.Sockets {
		if fd, err := networkFile(s.PID, s.FD); err == nil {
			if file, err := newFile(fd, "network of a socket"); err == nil {
				return file
			}
		}
	}
	return nil
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
