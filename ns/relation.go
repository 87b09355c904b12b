package ns

import (
	"fmt"

	"golang.org/x/sys/unix"
)

// Owner opens the user namespace that owns the namespace: whoever has a
// capability there has it over what the namespace isolates. The owner of a user
// namespace is its parent. The error is unix.EPERM if the owner is neither this
// process's own user namespace nor one below it, and for the initial user
// namespace, which has none (ioctl_ns(2), NS_GET_USERNS).
func (f *File) Owner() (*File, error) {
	return f.related("owner", unix.NS_GET_USERNS)
}

// Parent opens the parent of a user or PID namespace. The error is unix.EPERM
// if that is outside of this process's own, or there is none, and unix.EINVAL
// for the kinds that have no hierarchy (ioctl_ns(2), NS_GET_PARENT).
func (f *File) Parent() (*File, error) {
	return f.related("parent", unix.NS_GET_PARENT)
}

func (f *File) related(what string, request uint) (*File, error) {
	fd, err := unix.IoctlRetInt(f.Fd(), request)
	if err != nil {
		return nil, fmt.Errorf("get the %s of %s: %w", what, f, err)
	}
	return newFile(fd, what+" of "+f.String())
}

// OwnerUID is the user who made a user namespace, in terms of this process's
// own user namespace; a user whom it does not map shows as the overflow user,
// 65534. The error is unix.EINVAL for other kinds (ioctl_ns(2),
// NS_GET_OWNER_UID).
func (f *File) OwnerUID() (uint32, error) {
	uid, err := unix.IoctlGetUint32(f.Fd(), unix.NS_GET_OWNER_UID)
	if err != nil {
		return 0, fmt.Errorf("get the owner's user id of %s: %w", f, err)
	}
	return uid, nil
}
