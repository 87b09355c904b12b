package why

import (
	"runtime"

	"golang.org/x/sys/unix"
)

// chrooted says that the caller's root is known not to be the root of its mount
// namespace. Three probes, since none serves everyone: the root of a namespace
// is always the root of a mount; rejoining the own mount namespace moves a
// privileged thread to the real root; and process 1 may show its root.
func (h *Host) chrooted() bool {
	if !h.live {
		return false
	}
	root, ok := identify("/")
	if !ok {
		return false
	}
	if root.Attributes_mask&unix.STATX_ATTR_MOUNT_ROOT != 0 && root.Attributes&unix.STATX_ATTR_MOUNT_ROOT == 0 {
		return true
	}
	if real, ok := namespaceRoot(); ok {
		return !same(root, real)
	}
	mine, ok1 := h.inode("self", "mnt")
	first, ok2 := h.inode("1", "mnt")
	if !ok1 || !ok2 || mine != first {
		return false
	}
	other, ok := identify("/proc/1/root/")
	return ok && !same(root, other)
}

func identify(path string) (s unix.Statx_t, ok bool) {
	err := unix.Statx(unix.AT_FDCWD, path, 0, unix.STATX_BASIC_STATS|unix.STATX_MNT_ID, &s)
	return s, err == nil
}

func same(a, b unix.Statx_t) bool {
	return a.Ino == b.Ino && a.Dev_major == b.Dev_major && a.Dev_minor == b.Dev_minor && a.Mnt_id == b.Mnt_id
}

// namespaceRoot identifies the root of the caller's mount namespace, if the
// caller has the capabilities to rejoin it.
func namespaceRoot() (root unix.Statx_t, ok bool) {
	onThread(func() {
		self, err := unix.PidfdOpen(unix.Getpid(), 0)
		if err != nil {
			return
		}
		defer unix.Close(self)
		if unix.Unshare(unix.CLONE_FS) == nil && unix.Setns(self, unix.CLONE_NEWNS) == nil {
			root, ok = identify("/")
		}
	})
	return root, ok
}

// onThread runs f on a thread that ends with it, so that f may change what
// belongs to a thread. It is never the process's first thread: that one is
// what /proc/self shows, and it cannot end.
func onThread(f func()) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		runtime.LockOSThread()
		if unix.Gettid() == unix.Getpid() {
			onThread(f)
			runtime.UnlockOSThread()
			return
		}
		f()
	}()
	<-done
}
