package rootfs

import (
	"errors"
	"fmt"
	"path"
	"strings"

	"golang.org/x/sys/unix"

	"isle/internal/resolve"
)

// Names by which a layer says that something below it is gone, as the OCI image
// specification defines them (layer.md, "Whiteouts").
const (
	whiteout       = ".wh."
	whiteoutMeta   = ".wh..wh." // of the storage driver itself, never contents
	whiteoutOpaque = ".wh..wh..opq"
)

// whiteout hides what lower layers have under a name, or in the whole directory
// dir. It is no file itself, and it leaves what this archive brought, whether
// before or after it.
func (u *unpacker) whiteout(dir, base string) error {
	hidden := strings.TrimPrefix(base, whiteout)
	if hidden == "" || hidden == "." || hidden == ".." {
		return ErrEscape
	}
	meta := strings.HasPrefix(base, whiteoutMeta)
	switch {
	case meta && base != whiteoutOpaque:
		return nil
	case u.opts.Overlay:
		return u.conceal(dir, hidden, meta)
	case u.fresh:
		return nil
	}
	f, err := u.find(dir)
	if errors.Is(err, unix.ENOENT) || errors.Is(err, unix.ENOTDIR) {
		return nil
	}
	if err != nil {
		return err
	}
	defer f.close(u.root)
	if err := u.open(f); err != nil {
		return err
	}
	u.stale = true
	if meta {
		return u.hideAll(f)
	}
	return u.hide(place{f, hidden})
}

// hideAll removes what lower layers have in a directory.
func (u *unpacker) hideAll(f folder) error {
	fd, err := resolve.Open(f.fd, "", unix.O_RDONLY|unix.O_DIRECTORY, exactly)
	if err != nil {
		return err
	}
	defer unix.Close(fd)
	names, err := listDir(fd, -1)
	if err != nil {
		return err
	}
	for _, name := range names {
		if err := u.hide(place{folder{fd: fd, path: f.path}, name}); err != nil {
			return fmt.Errorf("hide %q: %w", name, err)
		}
	}
	return nil
}

// hide removes one name, except for what in it is of this archive.
func (u *unpacker) hide(p place) error {
	if !u.made[p.real()] {
		return removeAt(p.fd, p.base)
	}
	fd, err := resolve.Open(p.fd, p.base, pathFlags, exactly)
	if errors.Is(err, unix.ENOTDIR) || errors.Is(err, unix.ELOOP) || errors.Is(err, unix.ENOENT) {
		return nil
	}
	if err != nil {
		return err
	}
	f := folder{fd: fd, path: path.Join(p.path, p.base)}
	defer f.close(u.root)
	if err := u.open(f); err != nil {
		return err
	}
	return u.hideAll(f)
}

// claim notes that a path is this archive's, and with it what leads there.
func (u *unpacker) claim(p place) {
	if u.fresh {
		return
	}
	for real := p.real(); real != "." && !u.made[real]; real = path.Dir(real) {
		u.made[real] = true
	}
}
