package checkpoint

import (
	"fmt"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/moby/sys/mountinfo"
	specs "github.com/opencontainers/runtime-spec/specs-go"
	"golang.org/x/sys/unix"

	"isle/internal/resolve"
)

// mounts are a container's mounts, of which those that show something from
// outside are to be told from those that are its own.
type mounts struct {
	spec    *specs.Spec
	claims  []claim
	devices [][2]int // of the file systems that isle sees
}

// claim is a mount that the configuration asks for, where it is by now.
type claim struct {
	*specs.Mount
	point string
}

// outsideMounts names the mounts of the process pid that show something from
// outside the container: criu is not to write them down, and is told at the
// restore what to mount in their place. The name of a mount is its destination
// in the configuration, that of a device in its place is the device's.
func outsideMounts(spec *specs.Spec, pid int) ([]string, error) {
	list, err := mountsOf(pid)
	if err != nil {
		return nil, err
	}
	m := &mounts{spec: spec}
	if err := m.seen(); err != nil {
		return nil, err
	}
	root, err := unix.Open("/proc/"+strconv.Itoa(pid)+"/root", unix.O_PATH|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
	if err != nil {
		return nil, fmt.Errorf("open the root of the container: %w", err)
	}
	defer unix.Close(root)
	for i := range spec.Mounts {
		m.claims = append(m.claims, claim{&spec.Mounts[i], pointOf(root, spec.Mounts[i].Destination)})
	}
	var names []string
	for _, info := range list {
		if name := m.name(root, info); name != "" {
			names = append(names, "mnt["+info.Mountpoint+"]:"+name)
		}
	}
	return names, nil
}

// mountsOf are the mounts that a process sees.
func mountsOf(pid int) ([]*mountinfo.Info, error) {
	f, err := os.Open("/proc/" + strconv.Itoa(pid) + "/mountinfo")
	if err != nil {
		return nil, fmt.Errorf("read the mounts of the container: %w", err)
	}
	defer f.Close()
	return mountinfo.GetMountsFromReader(f, nil)
}

// seen finds out which file systems isle itself sees.
func (m *mounts) seen() error {
	list, err := mountinfo.GetMounts(nil)
	if err != nil {
		return fmt.Errorf("read the mounts of this process: %w", err)
	}
	for _, info := range list {
		m.devices = append(m.devices, [2]int{info.Major, info.Minor})
	}
	return nil
}

func (m *mounts) outside(info *mountinfo.Info) bool {
	return slices.Contains(m.devices, [2]int{info.Major, info.Minor})
}

// pointOf is the path of a destination that may have links in it. Links of an
// image lead nowhere else than in the container.
func pointOf(root int, destination string) string {
	fd, err := resolve.Open(root, strings.TrimLeft(destination, "/"), unix.O_PATH, unix.RESOLVE_IN_ROOT|unix.RESOLVE_NO_MAGICLINKS)
	if err != nil {
		return path.Clean("/" + destination)
	}
	defer unix.Close(fd)
	point, err := os.Readlink("/proc/self/fd/" + strconv.Itoa(fd))
	if err != nil {
		return path.Clean("/" + destination)
	}
	return point
}

// name is the name of a mount from outside, empty for one of the container's own.
func (m *mounts) name(root int, info *mountinfo.Info) string {
	if info.Mountpoint == "/" {
		return ""
	}
	if c := m.claimed(info.Mountpoint); c != nil && m.shows(c, info) {
		return path.Clean("/"+c.Destination) + strings.TrimPrefix(info.Mountpoint, c.point)
	}
	if info.Root == "/" || !m.outside(info) {
		return ""
	}
	return deviceAt(root, info.Mountpoint)
}

// claimed is the deepest mount of the configuration that a path is at or below.
func (m *mounts) claimed(point string) *claim {
	var deepest *claim
	for i := range m.claims {
		c := &m.claims[i]
		if (point == c.point || strings.HasPrefix(point, c.point+"/")) && (deepest == nil || len(c.point) >= len(deepest.point)) {
			deepest = c
		}
	}
	return deepest
}

// shows says whether a mount at or below a claim shows something from outside.
func (m *mounts) shows(c *claim, info *mountinfo.Info) bool {
	switch exact := info.Mountpoint == c.point; {
	case isBind(c.Mount):
		return exact || m.outside(info)
	case isCgroup(c.Mount) && strings.HasPrefix(info.FSType, "cgroup"):
		return !ownCgroups(m.spec)
	default:
		return exact && m.outside(info)
	}
}

func isBind(m *specs.Mount) bool {
	return m.Type == "bind" || slices.Contains(m.Options, "bind") || slices.Contains(m.Options, "rbind")
}

func isCgroup(m *specs.Mount) bool { return m.Type == "cgroup" || m.Type == "cgroup2" }

// ownCgroups says whether the container has a cgroup namespace of its own, in
// which mounts of cgroups are no other's.
func ownCgroups(spec *specs.Spec) bool {
	return slices.ContainsFunc(spec.Linux.Namespaces, func(n specs.LinuxNamespace) bool {
		return n.Type == specs.CgroupNamespace && n.Path == ""
	})
}

// deviceAt is the name of the device at a path in the container: it covers what
// is hidden, or is one of those in /dev. Empty if there is no device.
func deviceAt(root int, point string) string {
	var st unix.Stat_t
	fd, err := resolve.Open(root, strings.TrimLeft(point, "/"), unix.O_PATH|unix.O_NOFOLLOW, unix.RESOLVE_IN_ROOT|unix.RESOLVE_NO_MAGICLINKS)
	if err != nil {
		return ""
	}
	defer unix.Close(fd)
	switch err := unix.Fstat(fd, &st); {
	case err != nil || st.Mode&unix.S_IFMT != unix.S_IFCHR && st.Mode&unix.S_IFMT != unix.S_IFBLK:
		return ""
	case st.Rdev == unix.Mkdev(1, 3):
		return "/dev/null"
	}
	return point
}
