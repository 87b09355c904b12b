package oci

import (
	"fmt"
	"path"

	"golang.org/x/sys/unix"

	"isle/internal/plan"
	"isle/ns"
)

// rootDirectory adds the steps from the new mount namespace to the pivot.
func (c *Container) rootDirectory() error {
	dir, err := c.RootDir()
	if err != nil {
		return err
	}
	c.root = &plan.Root{Dir: dir, Seen: dir}
	own := c.created.Has(ns.Mount)
	if own && c.Layered != nil {
		if err := c.layers(); err != nil {
			return err
		}
		c.root = c.layered.Root
	}
	mounts, err := c.mounts()
	if err != nil {
		return err
	}
	mode := c.propagation()
	if own {
		c.p.Add(outside(mode, dir))
	}
	switch {
	case own && c.Layered != nil:
		c.p.Add(c.layered)
	case own:
		c.p.Add(&plan.BindRoot{Root: c.root})
	default:
		// The mounts are those of others: the root is only changed to.
		c.p.Add(&plan.OpenRoot{Root: c.root})
	}
	c.p.Add(mounts...)
	if err := c.devices(); err != nil {
		return err
	}
	if cwd := c.Spec.Process.Cwd; path.Clean(cwd) != "/" {
		c.p.Add(&plan.MakeDirectory{Root: c.root, Path: c.reach(cwd)})
	}
	if c.BeforePivot != nil {
		c.p.Add(c.BeforePivot)
	}
	if sysctl := c.sysctl(); sysctl != nil {
		c.p.Add(sysctl)
	}
	if paths := c.Spec.Linux.ReadonlyPaths; len(paths) > 0 {
		c.p.Add(&plan.ReadOnlyPaths{Root: c.root, Paths: paths})
	}
	if paths := c.Spec.Linux.MaskedPaths; len(paths) > 0 {
		c.p.Add(&plan.MaskedPaths{Root: c.root, Paths: paths})
	}
	if c.Spec.Root.Readonly && own {
		c.p.Add(&plan.ReadOnlyRoot{Root: c.root})
	}
	c.p.Add(&plan.Pivot{Root: c.root, Move: c.NoPivot, Chroot: !own})
	if c.Spec.Linux.RootfsPropagation != "" && own {
		c.p.Add(&plan.Propagation{Mode: mode.Mode, Target: "/", Flat: true, Tolerant: true})
	}
	return nil
}

// outside is what is done to the host's mounts, of which the process has a copy.
// Shared ones stay so, that mounts in volumes travel both ways, all but the one
// that the root is on: the kernel pivots from none that is shared, and the root
// is not to appear on the host.
func outside(mode *plan.Propagation, dir string) *plan.Propagation {
	switch mode.Mode {
	case "shared":
		return &plan.Propagation{Mode: "private", Target: mountPoint(dir), Flat: true}
	case "unbindable": // the root and volumes are yet to be bound
		return &plan.Propagation{Mode: "private", Target: "/"}
	}
	return mode
}

// mountPoint is where the mount begins that a directory is on (statx(2)).
func mountPoint(dir string) string {
	for dir != "/" {
		var st unix.Statx_t
		if unix.Statx(unix.AT_FDCWD, dir, 0, 0, &st) == nil && st.Attributes&unix.STATX_ATTR_MOUNT_ROOT != 0 {
			return dir
		}
		dir = path.Dir(dir)
	}
	return dir
}

// propagation says how mounts of the host arrive in the container, and its own
// leave; none of the host's leave it unless they are asked to.
func (c *Container) propagation() *plan.Propagation {
	modes := [...]struct{ name, mode string }{
		{"rprivate", "private"}, {"private", "private"}, {"rslave", "slave"}, {"slave", "slave"}, {"rshared", "shared"}, {"shared", "shared"}, {"runbindable", "unbindable"}, {"unbindable", "unbindable"},
	}
	for _, m := range modes {
		if m.name == c.Spec.Linux.RootfsPropagation {
			return &plan.Propagation{Mode: m.mode, Target: "/", Flat: m.name[0] != 'r'}
		}
	}
	return &plan.Propagation{Mode: "slave", Target: "/"}
}

// devices adds the devices and links of /dev, unless it is the host's.
func (c *Container) devices() error {
	for _, m := range c.Spec.Mounts {
		if readOptions(&m).bind() && path.Clean(m.Destination) == "/dev" {
			return c.console()
		}
	}
	list, bound := plan.DefaultDevices(), c.inUserNamespace()
	for i, d := range c.Spec.Linux.Devices {
		device, err := deviceOf(d.Path, d.Type, d.Major, d.Minor)
		if err != nil {
			return fmt.Errorf("linux.devices[%d]: %w", i, err)
		}
		if d.FileMode != nil {
			device.Mode = device.Mode&unix.S_IFMT | uint32(*d.FileMode)&0o7777
		}
		if d.UID != nil {
			device.UID = *d.UID
		}
		if d.GID != nil {
			device.GID = *d.GID
		}
		if !bound { // what is bound is the host's of the same path
			device.Path = path.Join(c.reach(path.Dir(device.Path)), path.Base(device.Path))
		}
		list = replaceDevice(list, device)
	}
	c.p.Add(&plan.Devices{Root: c.root, List: list, Bind: bound},
		&plan.Links{Root: c.root, Terminals: c.mountsOn("/dev/pts")})
	return c.console()
}

func replaceDevice(list []plan.Device, d plan.Device) []plan.Device {
	for i := range list {
		if list[i].Path == d.Path {
			list[i] = d
			return list
		}
	}
	return append(list, d)
}

func deviceOf(file, kind string, major, minor int64) (plan.Device, error) {
	types := [...]struct {
		name string
		mode uint32
	}{{"c", unix.S_IFCHR}, {"u", unix.S_IFCHR}, {"b", unix.S_IFBLK}, {"p", unix.S_IFIFO}}
	for _, t := range types {
		if t.name == kind {
			return plan.Device{Path: path.Clean(file), Mode: t.mode | 0o666, Major: uint32(major), Minor: uint32(minor)}, nil
		}
	}
	return plan.Device{}, fmt.Errorf("unknown type %q: it is one of c, b, u, p", kind)
}

func (c *Container) mountsOn(dir string) bool {
	for _, m := range c.Spec.Mounts {
		if path.Clean(m.Destination) == dir {
			return true
		}
	}
	return false
}

// console adds the terminal, if the process has one.
func (c *Container) console() error {
	if !c.Spec.Process.Terminal {
		return nil
	}
	user := c.Spec.Process.User
	c.at = &plan.Console{Root: c.root, UID: user.UID, GID: user.GID, At: true, Take: c.Console}
	if size := c.Spec.Process.ConsoleSize; size != nil {
		c.at.Width, c.at.Height = uint16(size.Width), uint16(size.Height)
	}
	c.p.Add(c.at, &plan.TakeConsole{Console: c.at})
	return nil
}
