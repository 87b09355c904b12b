package container

import (
	"slices"
	"strconv"

	specs "github.com/opencontainers/runtime-spec/specs-go"
	"golang.org/x/sys/unix"

	"isle/internal/resolve"
)

// unmount takes away the mounts of a container that had no mount namespace to
// take them along: they were made in this one's.
func (c *Container) unmount() {
	if c.spec == nil || c.spec.Linux == nil || slices.ContainsFunc(c.spec.Linux.Namespaces, isMount) {
		return
	}
	root, err := unix.Open(c.Rootfs, unix.O_PATH|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
	if err != nil {
		return
	}
	defer unix.Close(root)
	for _, m := range slices.Backward(c.spec.Mounts) {
		fd, err := resolve.Open(root, m.Destination, unix.O_PATH, unix.RESOLVE_IN_ROOT|unix.RESOLVE_NO_MAGICLINKS)
		if err != nil {
			continue
		}
		unix.Unmount("/proc/self/fd/"+strconv.Itoa(fd), unix.MNT_DETACH) // EINVAL: nothing is mounted there
		unix.Close(fd)
	}
}

func isMount(n specs.LinuxNamespace) bool { return n.Type == specs.MountNamespace }
