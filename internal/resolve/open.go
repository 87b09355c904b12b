package resolve

import "golang.org/x/sys/unix"

// attempts bounds how often an open is tried again. An attempt fails only if
// something was renamed or mounted in the microseconds that it takes.
const attempts = 1000

// Open opens name, from the directory dir on, with the flags of open(2) and the
// RESOLVE_ flags of openat2(2); the descriptor is close-on-exec. It tries again
// where the kernel says so: EINTR, and EAGAIN, which means that something
// anywhere was renamed or mounted while ".." was resolved. Errors are errnos.
func Open(dir int, name string, flags, how uint64) (int, error) {
	if name == "" {
		name = "."
	}
	for tries := 0; ; tries++ {
		fd, err := unix.Openat2(dir, name, &unix.OpenHow{Flags: flags | unix.O_CLOEXEC, Resolve: how})
		if err != unix.EINTR && err != unix.EAGAIN || tries >= attempts {
			return fd, err
		}
	}
}
