package ns

import (
	"io"
	"os"

	"golang.org/x/sys/unix"

	"isle/internal/thread"
)

// lone reads the mounts of mount namespaces that no process is in: a thread has
// to go there. It returns how many it may not enter.
func (f *found) lone(list []*Namespace) (unread int) {
	if len(list) == 0 {
		return 0
	}
	thread.Run(func() { unread = f.visit(list) }) // it does not come back from the last namespace
	return unread
}

// visit goes through the namespaces on a thread of its own.
func (f *found) visit(list []*Namespace) (unread int) {
	// Once there, paths mean something else.
	proc, err := unix.Open("/proc", unix.O_PATH|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
	if err != nil {
		return len(list)
	}
	defer unix.Close(proc)
	files := make([]*File, len(list))
	for i, n := range list {
		if files[i] = f.open(n); files[i] != nil {
			defer files[i].Close()
		}
	}
	if unix.Unshare(unix.CLONE_FS) != nil { // a root that other threads share stays
		return len(list)
	}
	for i, n := range list {
		if files[i] == nil {
			continue // gone meanwhile
		}
		if err := unix.Setns(files[i].Fd(), unix.CLONE_NEWNS); err != nil {
			unread++
			continue
		}
		if text, err := ownMounts(proc); err == nil {
			f.binds(n.Inode, text)
		}
	}
	return unread
}

// ownMounts reads the mounts that the calling thread sees.
func ownMounts(proc int) ([]byte, error) {
	fd, err := unix.Openat(proc, "thread-self/mountinfo", unix.O_RDONLY|unix.O_CLOEXEC, 0)
	if err != nil {
		return nil, err
	}
	file := os.NewFile(uintptr(fd), "mountinfo")
	defer file.Close()
	return io.ReadAll(file)
}
