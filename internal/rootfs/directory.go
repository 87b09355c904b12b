package rootfs

import (
	"archive/tar"
	"errors"
	"fmt"
	"slices"

	"golang.org/x/sys/unix"

	"isle/internal/resolve"
)

// settings is what a directory gets at the end, when nothing more is made in it.
type settings struct {
	mode   uint32
	id     ids
	owned  bool // set id
	copied bool // id is that of a file, not one that an archive records
	mtime  unix.Timespec
	timed  bool // set mtime
	xattrs map[string]string
}

// directory applies a directory entry. One that exists already stays, with
// everything in it, and gets the new settings.
func (u *unpacker) directory(p place, h *tar.Header) error {
	fd, err := resolve.Open(p.fd, p.base, pathFlags, exactly)
	switch err {
	case nil:
		defer unix.Close(fd)
		err = u.open(folder{fd: fd, path: p.real()})
	case unix.ENOENT, unix.ENOTDIR, unix.ELOOP:
		if err != unix.ENOENT && u.opts.Merge && !u.opts.Overwrite {
			return errors.New("there is something in its place that is no folder")
		}
		err = u.mkdir(p, settings{})
	}
	if err != nil {
		return err
	}
	return u.remember(p.real(), h)
}

// mkdir makes a directory in which the caller can work until settle.
func (u *unpacker) mkdir(p place, s settings) error {
	if len(p.real()) >= unix.PathMax {
		return unix.ENAMETOOLONG
	}
	tries := 0
	err := u.put(p, func() error {
		tries++
		return unix.Mkdirat(p.fd, p.base, 0o700)
	})
	if err != nil {
		return fmt.Errorf("make directory: %w", err)
	}
	if tries > 1 && u.opts.Overlay {
		u.hideBelow(p.real()) // what was in the way hid what is below it
	}
	u.dirs[p.real()] = s
	return nil
}

// remember records the settings of an entry for the directory at that path.
func (u *unpacker) remember(real string, h *tar.Header) error {
	mode, err := mode(h)
	if err != nil {
		return err
	}
	id, err := owner(h)
	if err != nil {
		return err
	}
	u.dirs[real] = settings{mode: mode, id: id, owned: true,
		mtime: timespec(h.ModTime), timed: true, xattrs: xattrs(h)}
	return nil
}

// adopt records how a directory was found that no entry has described yet, to
// leave it so, and opens it to a caller whom its mode would keep out.
func (u *unpacker) adopt(f folder) error {
	var st unix.Stat_t
	if err := unix.Fstat(f.fd, &st); err != nil {
		return err
	}
	mode := st.Mode & 0o7777
	u.dirs[f.path] = settings{mode: mode, mtime: st.Mtim, timed: !u.fresh}
	if f.path == "" {
		if u.opts.rootMode != 0 {
			u.dirs[""] = settings{mode: u.opts.rootMode, owned: u.super || u.opts.Chown != nil}
		}
		u.plain = u.fresh && mode&unix.S_ISGID == 0 && int(st.Gid) == u.caller.gid
	}
	if u.super || mode&0o700 == 0o700 {
		return nil
	}
	return chmodPath(f.fd, mode|0o700)
}

// settle gives every directory its settings, children before their parents, as
// a parent's mode may close the way to them.
func (u *unpacker) settle() error {
	paths := make([]string, 0, len(u.dirs))
	for p := range u.dirs {
		paths = append(paths, p)
	}
	slices.Sort(paths)
	for _, p := range slices.Backward(paths) {
		if err := u.ctx.Err(); err != nil {
			return err
		}
		if err := u.settleOne(p, u.dirs[p]); err != nil {
			return fmt.Errorf("directory %q: %w", p, err)
		}
	}
	return nil
}

func (u *unpacker) settleOne(p string, s settings) error {
	fd, err := resolve.Open(u.root, p, unix.O_RDONLY|unix.O_DIRECTORY, exactly)
	switch err {
	case nil:
	case unix.ENOENT, unix.ENOTDIR, unix.ELOOP:
		return nil // a later entry put something else there
	default:
		return err
	}
	defer unix.Close(fd)
	if s.copied {
		// An id that this caller may not give away is lost here as it was below.
		if err := unix.Fchown(fd, s.id.uid, s.id.gid); err != nil {
			u.stats.Owners++
		}
	} else if s.owned {
		_, err := u.own(s.id, func(uid, gid int) error { return unix.Fchown(fd, uid, gid) })
		if err != nil {
			return err
		}
	}
	if err := u.setXattrs(fd, s.xattrs); err != nil {
		return err
	}
	if u.opaque[p] {
		if err := setOpaque(fd); err != nil {
			return err
		}
	}
	if err := unix.Fchmod(fd, s.mode); err != nil {
		return fmt.Errorf("set mode %o: %w", s.mode, err)
	}
	if !s.timed {
		return nil
	}
	return futimens(fd, s.mtime)
}
