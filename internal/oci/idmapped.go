package oci

import (
	"errors"
	"fmt"
	"os"

	specs "github.com/opencontainers/runtime-spec/specs-go"
	"golang.org/x/sys/unix"

	"isle/internal/idmap"
	"isle/internal/oci/bundle"
	"isle/internal/plan"
	"isle/internal/resolve"
	"isle/ns"
	"isle/sandbox"
)

// mappedTree opens a detached copy of a tree of the host in which ids are
// mapped: files of one id outside appear as those of another
// (MOUNT_ATTR_IDMAP of mount_setattr(2)). Only isle itself may do so, for the
// file system belongs to its user namespace.
func (c *Container) mappedTree(m *specs.Mount, f *mountFlags, source string) (int, error) {
	uids, gids, err := c.mappings(m)
	if err != nil {
		return 0, err
	}
	tree, err := ownTree(f, source)
	if err != nil {
		return 0, err
	}
	userns, err := c.idNamespace(uids, gids)
	if err != nil {
		unix.Close(tree)
		return 0, err
	}
	defer userns.Close()
	at := uint(unix.AT_EMPTY_PATH)
	if f.idmap == "ridmap" {
		at |= unix.AT_RECURSIVE
	}
	attr := unix.MountAttr{Attr_set: unix.MOUNT_ATTR_IDMAP, Userns_fd: uint64(userns.Fd())}
	if err := unix.MountSetattr(tree, "", at, &attr); err != nil {
		unix.Close(tree)
		return 0, fmt.Errorf("map the ids of %s: %w", source, err)
	}
	return tree, nil
}

// ownTree opens a detached copy of a tree as isle sees it: the process may be
// someone by then who cannot get there. As when a mount namespace goes to
// another user, mounts of the host arrive in it still and none leave it.
func ownTree(f *mountFlags, source string) (int, error) {
	flags, at := uint(unix.OPEN_TREE_CLONE|unix.OPEN_TREE_CLOEXEC), uint(unix.AT_EMPTY_PATH)
	if f.flags&unix.MS_REC != 0 {
		flags, at = flags|unix.AT_RECURSIVE, at|unix.AT_RECURSIVE
	}
	dir, name := unix.AT_FDCWD, source
	if f.noLinks {
		fd, err := resolve.Open(dir, source, unix.O_PATH, unix.RESOLVE_NO_SYMLINKS)
		if err != nil {
			return 0, &os.PathError{Op: "open", Path: source, Err: err}
		}
		defer unix.Close(fd)
		dir, name, flags = fd, "", flags|unix.AT_EMPTY_PATH
	}
	tree, err := unix.OpenTree(dir, name, flags)
	if err != nil {
		return 0, &os.PathError{Op: "open_tree", Path: source, Err: err}
	}
	if err := unix.MountSetattr(tree, "", at, &unix.MountAttr{Propagation: unix.MS_SLAVE}); err != nil {
		unix.Close(tree)
		return 0, &os.PathError{Op: "make a slave of", Path: source, Err: err}
	}
	return tree, nil
}

// mappings are those of the mount, of its option or, where it has neither, those
// of the container's user namespace.
func (c *Container) mappings(m *specs.Mount) (uids, gids []specs.LinuxIDMapping, err error) {
	uids, gids = m.UIDMappings, m.GIDMappings
	if len(uids) == 0 {
		uids, gids, err = bundle.MappingOption(m, c.Spec.Linux)
	}
	if err == nil && len(uids) == 0 {
		uids, gids = c.Spec.Linux.UIDMappings, c.Spec.Linux.GIDMappings
	}
	if err == nil && (len(uids) == 0 || len(gids) == 0) && !c.joined.Has(ns.User) {
		err = errors.New("neither the mount nor linux has uidMappings and gidMappings")
	}
	return uids, gids, err
}

// idNamespace is a user namespace with the maps or, without any, the one that
// the container joins.
func (c *Container) idNamespace(uids, gids []specs.LinuxIDMapping) (*os.File, error) {
	for _, n := range c.Spec.Linux.Namespaces {
		if n.Type == specs.UserNamespace && n.Path != "" && len(uids) == 0 {
			return os.Open(n.Path)
		}
	}
	return mappedNamespace(toMap(uids), toMap(gids))
}

// mappedNamespace is a user namespace with the maps, which no process is in.
func mappedNamespace(uids, gids idmap.Map) (*os.File, error) {
	maps, err := sandbox.MapStep(idmap.Local(), uids, gids)
	if err != nil {
		return nil, err
	}
	var file *os.File
	taken := errors.New("taken")
	p := &plan.Plan{}
	p.Add(&plan.Create{Kinds: ns.SetOf(ns.User)}, maps, &plan.Errand{What: "take the user namespace", Do: func(pid int) error {
		var err error
		if file, err = os.Open(fmt.Sprintf("/proc/%d/ns/user", pid)); err != nil {
			return err
		}
		return taken // the process has done its part
	}}, &plan.Handover{}, &plan.Exec{Program: "/", Args: []string{"/"}})
	if err := sandbox.Planned(p).Start(); err != taken {
		return nil, err
	}
	return file, nil
}
