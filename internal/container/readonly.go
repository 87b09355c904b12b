package container

import (
	"slices"
	"strconv"

	specs "github.com/opencontainers/runtime-spec/specs-go"
	"golang.org/x/sys/unix"

	"isle/internal/thread"
)

// ownReadonlyRoot says whether the container's root is read-only, for it alone.
func (b *birth) ownReadonlyRoot() bool {
	return b.spec.Root.Readonly && slices.ContainsFunc(b.spec.Linux.Namespaces, func(n specs.LinuxNamespace) bool { return isMount(n) && n.Path == "" })
}

// makeReadonly makes the mount read-only that is the root of a process's mount
// namespace.
func makeReadonly(pid int) (err error) {
	thread.Run(func() {
		var namespace int
		namespace, err = unix.Open("/proc/"+strconv.Itoa(pid)+"/ns/mnt", unix.O_RDONLY|unix.O_CLOEXEC, 0)
		if err != nil {
			return
		}
		defer unix.Close(namespace)
		if err = unix.Unshare(unix.CLONE_FS); err != nil {
			return
		}
		if err = unix.Setns(namespace, unix.CLONE_NEWNS); err != nil {
			return
		}
		err = unix.MountSetattr(unix.AT_FDCWD, "/", 0, &unix.MountAttr{Attr_set: unix.MOUNT_ATTR_RDONLY})
	})
	return err
}
