package rootfs

import (
	"fmt"
	"path"
	"strings"

	"golang.org/x/sys/unix"

	"isle/internal/resolve"
)

// folder is an open directory inside the root.
type folder struct {
	fd   int
	name string // the path it was asked for by
	path string // its path from the root without links; "" for the root
}

func (f folder) close(root int) {
	if f.fd >= 0 && f.fd != root {
		unix.Close(f.fd)
	}
}

const (
	pathFlags = unix.O_PATH | unix.O_DIRECTORY
	// How names are resolved: exactly takes no link, through follows links as a
	// process chrooted there would.
	exactly = unix.RESOLVE_BENEATH | unix.RESOLVE_NO_SYMLINKS | unix.RESOLVE_NO_MAGICLINKS
	through = unix.RESOLVE_IN_ROOT | unix.RESOLVE_NO_MAGICLINKS
)

// enter gives the directory of that name, made with its parents if need be. It
// stays open until the next call: archives list a directory's files together.
func (u *unpacker) enter(name string) (folder, error) {
	if u.last.fd >= 0 && u.last.name == name && !u.stale {
		return u.last, nil
	}
	u.last.close(u.root)
	u.last, u.stale = folder{fd: -1}, false
	f, err := u.findOrMake(name, 0)
	if err != nil {
		return f, fmt.Errorf("directory %q: %w", name, err)
	}
	u.last, u.stale = f, false
	return f, nil
}

// find resolves a directory inside the root. Links on the way are followed as a
// process chrooted there would, so that lib/x works where lib is a link.
func (u *unpacker) find(name string) (folder, error) {
	if name == "" || name == "." {
		return folder{fd: u.root}, nil
	}
	fd, err := resolve.Open(u.root, name, pathFlags, exactly)
	if err == nil {
		return folder{fd, name, name}, nil
	}
	if err != unix.ELOOP {
		return folder{fd: -1}, err
	}
	if fd, err = resolve.Open(u.root, name, pathFlags, through); err != nil {
		return folder{fd: -1}, err
	}
	real, err := u.realPath(fd)
	if err != nil {
		unix.Close(fd)
		return folder{fd: -1}, err
	}
	return folder{fd, name, real}, nil
}

// realPath asks the kernel where below the root a directory is.
func (u *unpacker) realPath(fd int) (string, error) {
	root, err := fdPath(u.root)
	if err != nil {
		return "", err
	}
	full, err := fdPath(fd)
	if err != nil {
		return "", err
	}
	if full == root {
		return "", nil
	}
	if real, ok := strings.CutPrefix(full, strings.TrimSuffix(root, "/")+"/"); ok {
		return real, nil
	}
	return "", ErrEscape
}

// findOrMake finds a directory, and otherwise makes it: what is in the way, be
// it a file or a link that leads nowhere, is replaced, since the last entry wins.
func (u *unpacker) findOrMake(name string, hops int) (folder, error) {
	f, missing := u.find(name)
	switch missing {
	case nil:
		if err := u.open(f); err != nil {
			f.close(u.root)
			return folder{fd: -1}, err
		}
		return f, nil
	case unix.ENOENT, unix.ENOTDIR, unix.ELOOP:
	default:
		return f, missing
	}
	dir, base := path.Split(name)
	parent, err := u.findOrMake(strings.TrimSuffix(dir, "/"), hops)
	if err != nil {
		return parent, err
	}
	defer parent.close(u.root)
	if err := u.count(); err != nil {
		return f, err
	}
	p := place{parent, base}
	// Root's, as container engines have it.
	s := settings{mode: 0o755, owned: u.super || u.opts.Chown != nil}
	if u.opts.Overlay && missing == unix.ENOENT {
		link, err := u.likeBelow(p.real(), &s)
		if err != nil {
			return f, err
		}
		if link != "" {
			return u.followBelow(link, hops)
		}
	}
	if err := u.mkdir(p, s); err != nil {
		return f, err
	}
	fd, err := resolve.Open(parent.fd, base, pathFlags, exactly)
	return folder{fd, name, p.real()}, err
}

// open sees to it that how a directory was found is on record before something
// changes in it.
func (u *unpacker) open(f folder) error {
	if _, known := u.dirs[f.path]; known {
		return nil
	}
	return u.adopt(f)
}
