package oci

import (
	"errors"
	"fmt"
	"path/filepath"

	"golang.org/x/sys/unix"

	"isle/internal/plan"
	"isle/ns"
)

// Layered is a root that is put together of layers, at root.path of the
// configuration and in the container's own mount namespace: nothing of it is ever
// mounted on the host.
type Layered struct {
	Lowers      []string // folders, the topmost first
	Upper, Work string   // what is written goes to Upper; Work is empty, and beside it

	// Volatile has nothing that is written wait for the disk. It is for containers
	// that are removed at their end: the overlay cannot be mounted a second time.
	Volatile bool
	// IDMapped has the layers and Upper hold the ids of the container itself,
	// though its user namespace has others on the host: the kernel translates
	// (mount_setattr(2)). It takes the host's root, and Linux 6.5.
	IDMapped bool
}

// Make makes Upper and Work. The overlay's root has the mode and the owner that
// Upper has, so those are the topmost layer's.
func (l *Layered) Make() error {
	if len(l.Lowers) == 0 {
		return errNoLayers
	}
	var st unix.Stat_t
	if err := unix.Stat(l.Lowers[0], &st); err != nil {
		return fmt.Errorf("look at layer %s: %w", l.Lowers[0], err)
	}
	for _, dir := range []string{l.Upper, l.Work} {
		if err := unix.Mkdir(dir, 0o700); err != nil {
			return fmt.Errorf("make %s: %w", dir, err)
		}
	}
	if st.Uid != uint32(unix.Geteuid()) || st.Gid != uint32(unix.Getegid()) {
		// Root of an ordinary user's container can do so as well, if it wants to.
		if err := unix.Chown(l.Upper, int(st.Uid), int(st.Gid)); err != nil && err != unix.EPERM {
			return fmt.Errorf("give %s the owner of its layers: %w", l.Upper, err)
		}
	}
	if err := unix.Chmod(l.Upper, st.Mode&0o7777); err != nil {
		return fmt.Errorf("give %s the mode of its layers: %w", l.Upper, err)
	}
	return nil
}

var errNoLayers = errors.New("the image has no layers, and so no program")

// openLayers adds the step that opens the layers before the process becomes somebody
// who may not be able to get there.
func (c *Container) openLayers() error {
	if c.Layered == nil || !c.created.Has(ns.Mount) {
		return nil
	}
	if err := c.layers(); err != nil {
		return err
	}
	c.p.Add(&plan.OpenLayers{Layers: c.layered})
	return nil
}

// layers makes the step that mounts the root.
func (c *Container) layers() error {
	if c.layered != nil {
		return nil
	}
	dir, err := c.RootDir()
	if err != nil {
		return err
	}
	l := c.Layered
	if len(l.Lowers) == 0 {
		return errNoLayers
	}
	c.layered = &plan.Layers{Root: &plan.Root{Dir: dir, Seen: dir}, Lowers: l.Lowers, Upper: l.Upper, Work: l.Work, UserXattr: c.inUserNamespace(), Volatile: l.Volatile}
	if l.IDMapped {
		c.layered.Mapped, err = c.mappedLayers()
	}
	return err
}

// mappedLayers opens the layers, and the folder of Upper and Work, with their ids
// mapped as the container's are.
func (c *Container) mappedLayers() (list []plan.Mapped, err error) {
	l, linux := c.Layered, c.Spec.Linux
	if !c.created.Has(ns.User) {
		return nil, errors.New("layers can be mapped for a new user namespace only")
	}
	userns, err := mappedNamespace(toMap(linux.UIDMappings), toMap(linux.GIDMappings))
	if err != nil {
		return nil, fmt.Errorf("make a user namespace to map the ids of the layers: %w", err)
	}
	defer userns.Close()
	for _, dir := range append([]string{filepath.Dir(l.Upper)}, l.Lowers...) {
		tree, err := ownTree(&mountFlags{}, dir)
		if err == nil {
			list = append(list, plan.Mapped{Dir: dir, Tree: tree})
			err = unix.MountSetattr(tree, "", unix.AT_EMPTY_PATH, &unix.MountAttr{Attr_set: unix.MOUNT_ATTR_IDMAP, Userns_fd: uint64(userns.Fd())})
		}
		if err == nil {
			continue
		}
		for _, m := range list {
			unix.Close(m.Tree)
		}
		if errors.Is(err, unix.EINVAL) || errors.Is(err, unix.ENOSYS) {
			err = fmt.Errorf("%w (its file system cannot, or this kernel; --userns host does without)", err)
		}
		return nil, fmt.Errorf("map the ids of layer %s: %w", dir, err)
	}
	return list, nil
}
