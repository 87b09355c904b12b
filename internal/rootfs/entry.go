package rootfs

import (
	"archive/tar"
	"errors"
	"fmt"
	"path"
	"strings"

	"golang.org/x/sys/unix"
)

// place is where an entry goes: a name in an open directory.
type place struct {
	folder
	base string
}

// real is the path of the place from the root, free of symbolic links.
func (p place) real() string { return path.Join(p.path, p.base) }

// entry applies one entry of the archive.
func (u *unpacker) entry(h *tar.Header) error {
	if err := u.ctx.Err(); err != nil {
		return err
	}
	if h.Typeflag == tar.TypeXGlobalHeader {
		return nil
	}
	if err := u.finisher.failure(); err != nil {
		return err
	}
	err := u.apply(h)
	if err != nil {
		return fmt.Errorf("unpack %q: %w", h.Name, err)
	}
	return nil
}

func (u *unpacker) apply(h *tar.Header) error {
	if h.Typeflag == tar.TypeReg && strings.HasSuffix(h.Name, "/") {
		h.Typeflag = tar.TypeDir // as old programs wrote directories
	}
	apply := u.applier(h.Typeflag)
	if apply == nil {
		return fmt.Errorf("%w: type %q", ErrEntry, h.Typeflag)
	}
	name, err := inside(h.Name)
	if err != nil {
		return err
	}
	if base := path.Base(name); strings.HasPrefix(base, whiteout) && !u.opts.Merge {
		return u.whiteout(path.Dir(name), base)
	}
	if err := u.count(); err != nil {
		return err
	}
	if name == "." {
		return u.applyRoot(h)
	}
	dir, base := path.Split(name)
	f, err := u.enter(strings.TrimSuffix(dir, "/"))
	if err != nil {
		return err
	}
	p := place{f, base}
	u.claim(p)
	if len(u.skipped) > 0 {
		delete(u.skipped, p.real())
	}
	return apply(p, h)
}

func (u *unpacker) applier(typeflag byte) func(place, *tar.Header) error {
	switch typeflag {
	case tar.TypeReg, tar.TypeCont, tar.TypeGNUSparse:
		return u.file
	case tar.TypeDir:
		return u.directory
	case tar.TypeSymlink:
		return u.symlink
	case tar.TypeLink:
		return u.hardLink
	case tar.TypeChar, tar.TypeBlock, tar.TypeFifo:
		return u.node
	}
	return nil
}

// applyRoot takes the settings for the root itself, the entry "./".
func (u *unpacker) applyRoot(h *tar.Header) error {
	if h.Typeflag != tar.TypeDir {
		return fmt.Errorf("%w: the root is not a directory", ErrEntry)
	}
	return u.remember("", h)
}

// inside makes a name of the archive relative to the root and cleans it. A
// leading slash means the root, as in every tar program; a name that climbs out
// is not bent into shape but refused, for no honest archive has one.
func inside(name string) (string, error) {
	if strings.IndexByte(name, 0) >= 0 {
		return "", fmt.Errorf("%w: NUL in name", ErrEntry)
	}
	clean := path.Clean(strings.TrimLeft(name, "/"))
	if clean == ".." || strings.HasPrefix(clean, "../") {
		return "", ErrEscape
	}
	if len(clean) >= unix.PathMax {
		return "", unix.ENAMETOOLONG
	}
	return clean, nil
}

// put makes something at p by calling make, after removing what is there: the
// last entry of a name wins, and a link is replaced, never followed.
func (u *unpacker) put(p place, make func() error) error {
	err := make()
	if !errors.Is(err, unix.EEXIST) {
		return err
	}
	if u.opts.Merge && !u.opts.Overwrite {
		var st unix.Stat_t
		if err := unix.Fstatat(p.fd, p.base, &st, unix.AT_SYMLINK_NOFOLLOW); err == nil && st.Mode&unix.S_IFMT == unix.S_IFDIR {
			return errors.New("there is a folder in its place")
		}
	}
	if err := u.remove(p); err != nil {
		return err
	}
	return make()
}

// remove takes away whatever is at p.
func (u *unpacker) remove(p place) error {
	u.stale = true // the directory kept open may be inside
	if err := removeAt(p.fd, p.base); err != nil {
		return fmt.Errorf("remove what was there: %w", err)
	}
	return nil
}
