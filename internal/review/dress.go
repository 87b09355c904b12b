package review

import (
	"fmt"

	"golang.org/x/sys/unix"
)

// dress gives an open file the owner, mode, attributes and times of another.
// had are the attributes that it has. The mode comes after the owner, whose
// change takes set-id bits and capabilities away.
func dress(fd int, as *file, had map[string]string) error {
	if err := unix.Fchownat(fd, "", int(as.UID), int(as.GID), unix.AT_EMPTY_PATH); err != nil {
		return fmt.Errorf("give it to user %d and group %d: %w", as.UID, as.GID, err)
	}
	path := procPath(fd)
	for name, value := range as.attrs {
		if had[name] == value {
			continue
		}
		if err := unix.Setxattr(path, name, []byte(value), 0); err != nil {
			return fmt.Errorf("set its attribute %q: %w", name, err)
		}
	}
	for name := range had {
		if _, stays := as.attrs[name]; !stays {
			if err := unix.Removexattr(path, name); err != nil && err != unix.ENODATA {
				return fmt.Errorf("remove its attribute %q: %w", name, err)
			}
		}
	}
	if as.kind() != unix.S_IFLNK {
		if err := unix.Chmod(path, as.perm()); err != nil {
			return fmt.Errorf("set its mode: %w", err)
		}
	}
	if as.isDir() {
		return nil
	}
	return setTime(fd, as)
}

// setTime gives a file the time at which the other's contents were changed.
func setTime(fd int, as *file) error {
	times := []unix.Timespec{{Nsec: unix.UTIME_OMIT}, unix.NsecToTimespec(as.Mtime)}
	err := unix.UtimesNanoAt(fd, "", times, unix.AT_EMPTY_PATH)
	if err == unix.EINVAL || err == unix.ENOENT || err == unix.EBADF { // before Linux 5.6 or so, or a descriptor for writing
		err = unix.UtimesNanoAt(unix.AT_FDCWD, procPath(fd), times, 0)
	}
	if err != nil {
		return fmt.Errorf("set its time: %w", err)
	}
	return nil
}
