package rootfs

import (
	"fmt"
	"io"
	"os"
	"strings"

	"golang.org/x/sys/unix"

	"isle/internal/resolve"
)

// copyUp copies a file or a symbolic link from the layers below to its place in
// this one, with all that belongs to it.
func (u *unpacker) copyUp(p place) error {
	f, err := u.inBelow(p.real())
	if err != nil {
		return err
	}
	if f == nil {
		return unix.ENOENT
	}
	if err := u.count(); err != nil {
		return err
	}
	switch f.st.Mode & unix.S_IFMT {
	case unix.S_IFREG:
		return u.copyFile(p, f)
	case unix.S_IFLNK:
		to, err := readLink(f.layer, p.real())
		if err != nil {
			return err
		}
		if err := unix.Symlinkat(to, p.fd, p.base); err != nil {
			return err
		}
		if err := unix.Fchownat(p.fd, p.base, int(f.st.Uid), int(f.st.Gid), unix.AT_SYMLINK_NOFOLLOW); err != nil {
			u.stats.Owners++
		}
		return utimens(p, f.st.Mtim)
	}
	return fmt.Errorf("%w: a hard link to what is neither a file nor a link in a layer below", ErrEntry)
}

func (u *unpacker) copyFile(p place, f *found) error {
	if err := u.take(f.st.Size); err != nil {
		return err
	}
	if err := u.spend(f.st.Blocks * 512); err != nil {
		return err
	}
	fd, err := resolve.Open(f.layer, p.real(), unix.O_RDONLY|unix.O_NOFOLLOW|unix.O_NONBLOCK, exactly)
	if err != nil {
		return err
	}
	from := os.NewFile(uintptr(fd), p.base)
	defer from.Close()
	fd, err = unix.Openat(p.fd, p.base, unix.O_WRONLY|unix.O_CREAT|unix.O_EXCL|unix.O_NOFOLLOW|unix.O_CLOEXEC, 0o600)
	if err != nil {
		return err
	}
	to := os.NewFile(uintptr(fd), p.base)
	defer to.Close()
	if _, err := io.Copy(to, from); err != nil { // by copy_file_range(2)
		return err
	}
	return u.copySettings(int(to.Fd()), int(from.Fd()), &f.st)
}

// copySettings gives a copy what finish gives a file, in the same order.
func (u *unpacker) copySettings(to, from int, st *unix.Stat_t) error {
	if err := unix.Fchown(to, int(st.Uid), int(st.Gid)); err != nil {
		u.stats.Owners++
	}
	names := make([]byte, 64<<10)
	n, err := unix.Flistxattr(from, names)
	if err != nil && err != unix.ENOTSUP {
		return fmt.Errorf("list attributes: %w", err)
	}
	for name := range strings.SplitSeq(strings.TrimRight(string(names[:max(n, 0)]), "\x00"), "\x00") {
		if !u.wanted(name) {
			continue
		}
		value := make([]byte, 64<<10)
		if n, err := unix.Fgetxattr(from, name, value); err != nil || unix.Fsetxattr(to, name, value[:n], 0) != nil {
			u.stats.Xattrs++
		}
	}
	if err := unix.Fchmod(to, st.Mode&0o7777); err != nil {
		return fmt.Errorf("set mode: %w", err)
	}
	return futimens(to, st.Mtim)
}

// readLink reads a link in a layer, whose path is free of links but for itself.
func readLink(layer int, real string) (string, error) {
	fd, err := resolve.Open(layer, real, unix.O_PATH|unix.O_NOFOLLOW, exactly)
	if err != nil {
		return "", err
	}
	defer unix.Close(fd)
	to := make([]byte, unix.PathMax)
	n, err := unix.Readlinkat(fd, "", to)
	if err != nil {
		return "", err
	}
	return string(to[:n]), nil
}
