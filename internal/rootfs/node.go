package rootfs

import (
	"archive/tar"
	"fmt"

	"golang.org/x/sys/unix"
)

// nodeType gives the file type bits of a fifo or device entry.
func nodeType(typeflag byte) uint32 {
	switch typeflag {
	case tar.TypeChar:
		return unix.S_IFCHR
	case tar.TypeBlock:
		return unix.S_IFBLK
	}
	return unix.S_IFIFO
}

// node makes a fifo or a device. A device that the caller may not make is left
// out and counted: a run brings the devices it needs.
func (u *unpacker) node(p place, h *tar.Header) error {
	id, err := owner(h)
	if err != nil {
		return err
	}
	dev, err := device(h)
	if err != nil {
		return err
	}
	kind := nodeType(h.Typeflag)
	if kind == unix.S_IFCHR && dev == 0 {
		// Device 0:0 is how overlayfs writes "removed"; as a layer this root
		// would not show it anyway, and it is no device.
		return u.skip(p)
	}
	err = u.put(p, func() error { return unix.Mknodat(p.fd, p.base, kind|0o600, int(dev)) })
	if err == unix.EPERM && kind != unix.S_IFIFO {
		return u.skip(p)
	}
	if err != nil {
		return fmt.Errorf("make node: %w", err)
	}
	return u.dress(p, h, id)
}

// dress gives a new node its owner, mode and time. It is not opened for that,
// which on a device would do something, and on a fifo wait.
func (u *unpacker) dress(p place, h *tar.Header, id ids) error {
	fd, err := unix.Openat(p.fd, p.base, unix.O_PATH|unix.O_NOFOLLOW|unix.O_CLOEXEC, 0)
	if err != nil {
		return err
	}
	defer unix.Close(fd)
	owned, err := u.own(id, func(uid, gid int) error {
		return unix.Fchownat(fd, "", uid, gid, unix.AT_EMPTY_PATH)
	})
	if err != nil {
		return err
	}
	mode, err := u.fileMode(h, owned)
	if err != nil {
		return err
	}
	if err := chmodPath(fd, mode); err != nil {
		return err
	}
	u.stats.Xattrs += len(xattrs(h))
	return utimens(p, timespec(h.ModTime))
}

// skip leaves a device out, and what was there before it.
func (u *unpacker) skip(p place) error {
	if u.skipped == nil {
		u.skipped = map[string]bool{}
	}
	u.skipped[p.real()] = true
	u.stats.Devices++
	if u.opts.Merge {
		return nil
	}
	return u.remove(p)
}

// device gives the device number in the 12 and 20 bits that Linux has for it.
func device(h *tar.Header) (uint64, error) {
	if h.Typeflag == tar.TypeFifo {
		return 0, nil
	}
	if h.Devmajor < 0 || h.Devmajor >= 1<<12 || h.Devminor < 0 || h.Devminor >= 1<<20 {
		return 0, fmt.Errorf("%w: device number %d:%d", ErrEntry, h.Devmajor, h.Devminor)
	}
	return unix.Mkdev(uint32(h.Devmajor), uint32(h.Devminor)), nil
}
