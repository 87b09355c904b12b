package rootfs

import (
	"archive/tar"
	"encoding/binary"
	"fmt"
	"strings"

	"golang.org/x/sys/unix"
)

const (
	paxXattr = "SCHILY.xattr."
	fileCaps = "security.capability"
)

// xattrs gives the extended attributes an entry records.
func xattrs(h *tar.Header) map[string]string {
	var found map[string]string
	for key, value := range h.PAXRecords {
		if name, ok := strings.CutPrefix(key, paxXattr); ok {
			if found == nil {
				found = map[string]string{}
			}
			found[name] = value
		}
	}
	return found
}

// wanted tells whether an attribute may be in a root. Those of overlayfs must
// not: the root becomes a layer, and they would redirect what it shows. Labels
// and signatures of this host's security modules are not the archive's to set,
// and access control lists hold ids, so they are right only where owners are
// set as recorded.
func (d *dresser) wanted(name string) bool {
	switch {
	case strings.HasPrefix(name, "user."):
		return !strings.HasPrefix(name, "user.overlay.")
	case name == "system.posix_acl_access", name == "system.posix_acl_default":
		return d.super && d.chown == nil
	}
	return name == fileCaps
}

func (d *dresser) setXattrs(fd int, attrs map[string]string) error {
	for name, value := range attrs {
		if !d.wanted(name) {
			d.stats.Xattrs++
			continue
		}
		if name == fileCaps {
			value = d.rootedCaps(value)
		}
		switch err := unix.Fsetxattr(fd, name, []byte(value), 0); err {
		case nil:
		case unix.EPERM, unix.ENOTSUP:
			d.stats.Xattrs++
		default:
			return fmt.Errorf("set attribute %q: %w", name, err)
		}
	}
	return nil
}

// rootedCaps turns file capabilities without an owner, which count only where
// user 0 is the host's, into those of the user that 0 is mapped to: struct
// vfs_ns_cap_data of capabilities(7), revision 3.
func (d *dresser) rootedCaps(value string) string {
	const size, revision2, revision3, mask = 20, 0x0200_0000, 0x0300_0000, 0xff00_0000
	if d.chown == nil || len(value) != size {
		return value
	}
	root, _, ok := d.chown(0, 0)
	magic := binary.LittleEndian.Uint32([]byte(value))
	if !ok || root <= 0 || magic&mask != revision2 {
		return value
	}
	caps := binary.LittleEndian.AppendUint32(nil, magic&^mask|revision3)
	caps = append(caps, value[4:]...)
	return string(binary.LittleEndian.AppendUint32(caps, uint32(root)))
}
