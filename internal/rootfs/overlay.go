package rootfs

import (
	"errors"
	"fmt"
	"os"

	"golang.org/x/sys/unix"
)

// opaqueNames are the attributes by which overlayfs knows a directory that hides
// those below it: the first where a mount has the option userxattr, as in user
// namespaces, and the second elsewhere. Only the host's root can set both.
var opaqueNames = [...]string{"user.overlay.opaque", "trusted.overlay.opaque"}

// conceal hides a name of the layers below, or all that they have in the
// directory dir. What this archive brought itself stays.
func (u *unpacker) conceal(dir, name string, all bool) error {
	f, err := u.enter(dir)
	if err != nil {
		return err
	}
	if all {
		u.hideBelow(f.path)
		return nil
	}
	if err := u.count(); err != nil {
		return err
	}
	p := place{f, name}
	err = unix.Mknodat(p.fd, p.base, unix.S_IFCHR, 0) // overlayfs's sign of what is gone
	if !errors.Is(err, unix.EEXIST) {
		return os.NewSyscallError("mknod", err)
	}
	var st unix.Stat_t
	if err := unix.Fstatat(p.fd, p.base, &st, unix.AT_SYMLINK_NOFOLLOW); err != nil {
		return err
	}
	if st.Mode&unix.S_IFMT == unix.S_IFDIR {
		u.hideBelow(p.real())
	}
	return nil
}

// hideBelow marks a directory of this layer as one that hides those below it.
func (u *unpacker) hideBelow(real string) {
	if u.opaque == nil {
		u.opaque = map[string]bool{}
	}
	u.opaque[real] = true
}

func setOpaque(fd int) error {
	err := error(unix.ENOTSUP)
	for _, name := range opaqueNames {
		if e := unix.Fsetxattr(fd, name, []byte("y"), 0); e == nil {
			err = nil
		}
	}
	if err != nil {
		return fmt.Errorf("mark directory as opaque: %w", err)
	}
	return nil
}

func isOpaque(fd int) bool {
	for _, name := range opaqueNames {
		var value [2]byte
		if n, err := unix.Fgetxattr(fd, name, value[:]); err == nil && n == 1 && value[0] == 'y' {
			return true
		}
	}
	return false
}

func isWhiteout(st *unix.Stat_t) bool {
	return st.Mode&unix.S_IFMT == unix.S_IFCHR && st.Rdev == 0
}
