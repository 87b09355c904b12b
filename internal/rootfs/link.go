package rootfs

import (
	"archive/tar"
	"fmt"
	"path"
	"strings"

	"golang.org/x/sys/unix"
)

// symlink makes a symbolic link. Its target is kept as recorded, whatever it
// is: it has a meaning only inside the root, and only there is it followed.
func (u *unpacker) symlink(p place, h *tar.Header) error {
	id, err := owner(h)
	if err != nil {
		return err
	}
	if strings.IndexByte(h.Linkname, 0) >= 0 {
		return fmt.Errorf("%w: NUL in link target", ErrEntry)
	}
	err = u.put(p, func() error { return unix.Symlinkat(h.Linkname, p.fd, p.base) })
	if err != nil {
		return fmt.Errorf("make symbolic link: %w", err)
	}
	u.stats.Xattrs += len(xattrs(h)) // user attributes need a file or directory
	_, err = u.own(id, func(uid, gid int) error {
		return unix.Fchownat(p.fd, p.base, uid, gid, unix.AT_SYMLINK_NOFOLLOW)
	})
	if err != nil {
		return err
	}
	return utimens(p, timespec(h.ModTime))
}

// hardLink gives an existing file another name. The target is a name of the
// archive, so it is resolved as one; if it is a symbolic link, that is linked.
func (u *unpacker) hardLink(p place, h *tar.Header) error {
	find := u.target
	if u.opts.Overlay {
		find = u.targetOrBelow
	}
	target, err := find(h.Linkname)
	if err != nil {
		return fmt.Errorf("hard link to %q: %w", h.Linkname, err)
	}
	defer target.close(u.root)
	if u.skipped[target.real()] {
		u.skipped[p.real()] = true
		u.stats.Devices++
		return u.remove(p)
	}
	if sameFile(target, p) {
		return nil // the entry is already what it should be; removing it would lose it
	}
	err = u.put(p, func() error { return unix.Linkat(target.fd, target.base, p.fd, p.base, 0) })
	if err != nil {
		return fmt.Errorf("hard link to %q: %w", h.Linkname, err)
	}
	return nil
}

// target opens the directory that the target of a hard link is in.
func (u *unpacker) target(link string) (place, error) {
	name, err := inside(link)
	if err == nil && name == "." {
		err = fmt.Errorf("%w: it is the root itself", ErrEntry)
	}
	if err != nil {
		return place{}, err
	}
	dir, base := path.Split(name)
	f, err := u.find(strings.TrimSuffix(dir, "/"))
	return place{f, base}, err
}

func sameFile(a, b place) bool {
	var x, y unix.Stat_t
	return unix.Fstatat(b.fd, b.base, &y, unix.AT_SYMLINK_NOFOLLOW) == nil &&
		unix.Fstatat(a.fd, a.base, &x, unix.AT_SYMLINK_NOFOLLOW) == nil &&
		x.Ino == y.Ino && x.Dev == y.Dev
}
