package rootfs

import (
	"errors"
	"fmt"
	"path"
	"strings"

	"golang.org/x/sys/unix"

	"isle/internal/resolve"
)

// found is something in a layer below: the layer it is in, and what it is.
type found struct {
	layer int
	st    unix.Stat_t
}

// openBelow opens the layers below, once.
func (u *unpacker) openBelow() error {
	if u.stats.Leans {
		return nil
	}
	u.stats.Leans = true
	if u.opts.Below == nil {
		return nil
	}
	dirs, err := u.opts.Below()
	if err != nil {
		return fmt.Errorf("layers below: %w", err)
	}
	for _, dir := range dirs {
		fd, err := unix.Open(dir, unix.O_PATH|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
		if err != nil {
			return fmt.Errorf("layer below %s: %w", dir, err)
		}
		u.below = append(u.below, fd)
	}
	return nil
}

// inBelow looks for a path, free of links, in the layers below as overlayfs
// would show them through this one; nil if there is nothing.
func (u *unpacker) inBelow(real string) (*found, error) {
	if err := u.openBelow(); err != nil {
		return nil, err
	}
	for dir := path.Dir(real); ; dir = path.Dir(dir) {
		if dir == "." {
			dir = ""
		}
		if u.opaque[dir] {
			return nil, nil
		}
		if dir == "" {
			break
		}
	}
	for _, layer := range u.below {
		f, covered, err := lookIn(layer, real)
		if f != nil || covered || err != nil {
			return f, err
		}
	}
	return nil, nil
}

// lookIn looks into one layer, going down as far as it has the path. The path is
// covered if the layer hides what the ones below it have there.
func lookIn(layer int, real string) (f *found, covered bool, err error) {
	parts := strings.Split(real, "/")
	for i := range parts {
		fd, err := resolve.Open(layer, path.Join(parts[:i+1]...), unix.O_PATH|unix.O_NOFOLLOW, exactly)
		if err == unix.ENOENT {
			return nil, covered, nil
		}
		if err != nil {
			return nil, false, err
		}
		f = &found{layer: layer}
		err = unix.Fstat(fd, &f.st)
		if err == nil && f.st.Mode&unix.S_IFMT == unix.S_IFDIR && i < len(parts)-1 {
			covered = covered || opaqueAt(fd)
		}
		unix.Close(fd)
		if err != nil {
			return nil, false, err
		}
		if isWhiteout(&f.st) || i < len(parts)-1 && f.st.Mode&unix.S_IFMT != unix.S_IFDIR {
			return nil, true, nil
		}
	}
	return f, true, nil
}

// opaqueAt asks a directory that is open by path only.
func opaqueAt(path int) bool {
	fd, err := resolve.Open(path, ".", unix.O_RDONLY|unix.O_DIRECTORY, exactly)
	if err != nil {
		return false
	}
	defer unix.Close(fd)
	return isOpaque(fd)
}

// likeBelow gives a directory that the archive only implies the settings of the
// one below. If a symbolic link is there, it returns where that leads.
func (u *unpacker) likeBelow(real string, s *settings) (link string, err error) {
	f, err := u.inBelow(real)
	if f == nil || err != nil {
		return "", err
	}
	switch f.st.Mode & unix.S_IFMT {
	case unix.S_IFDIR:
		*s = settings{mode: f.st.Mode & 0o7777, id: ids{int(f.st.Uid), int(f.st.Gid)}, copied: true, mtime: f.st.Mtim, timed: true}
	case unix.S_IFLNK:
		to, err := readLink(f.layer, real)
		if err != nil {
			return "", err
		}
		if !strings.HasPrefix(to, "/") {
			to = path.Join("/", path.Dir(real), to)
		}
		return path.Clean(to), nil
	}
	return "", nil
}

// followBelow goes where a link of a layer below leads, as a process chrooted
// into all of them would.
func (u *unpacker) followBelow(link string, hops int) (folder, error) {
	const most = 40 // as path_resolution(7) has it
	if hops++; hops > most {
		return folder{fd: -1}, unix.ELOOP
	}
	return u.findOrMake(strings.TrimPrefix(link, "/"), hops)
}

// targetOrBelow finds the target of a hard link, which is copied into this layer
// if only a layer below has it: overlayfs would do the same.
func (u *unpacker) targetOrBelow(link string) (place, error) {
	t, err := u.target(link)
	if err == nil {
		var st unix.Stat_t
		err = unix.Fstatat(t.fd, t.base, &st, unix.AT_SYMLINK_NOFOLLOW)
		if err == nil && isWhiteout(&st) {
			err = unix.ENOTDIR // hidden by this very layer
		}
		if err == nil || u.skipped[t.real()] {
			return t, nil
		}
		t.close(u.root)
	}
	if !errors.Is(err, unix.ENOENT) {
		return place{}, err
	}
	name, err := inside(link)
	if err != nil {
		return place{}, err
	}
	dir, base := path.Split(name)
	f, err := u.findOrMake(strings.TrimSuffix(dir, "/"), 0)
	if err != nil {
		return place{}, err
	}
	p := place{f, base}
	if err := u.copyUp(p); err != nil {
		f.close(u.root)
		return place{}, err
	}
	return p, nil
}
