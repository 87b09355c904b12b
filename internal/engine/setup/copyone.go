package setup

import (
	"io"
	"os"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// copyOne copies a file of the layers with all that belongs to it, as what it is:
// hard links become files of their own, and sockets are left out.
func (c CopyUp) copyOne(n *node, to int, name string, depth int) error {
	mode := n.st.Mode & 0o7777
	switch n.kind() {
	case unix.S_IFDIR:
		if err := unix.Mkdirat(to, name, 0o700); err != nil {
			return err
		}
		fd, err := unix.Openat(to, name, unix.O_RDONLY|unix.O_DIRECTORY|unix.O_NOFOLLOW|unix.O_CLOEXEC, 0)
		if err != nil {
			return err
		}
		defer unix.Close(fd)
		if err := c.copyTree(n, fd, depth+1); err != nil {
			return err
		}
		return c.dress(fd, &n.st)
	case unix.S_IFREG:
		return c.copyFile(n, to, name)
	case unix.S_IFLNK:
		text, err := n.link()
		if err == nil {
			err = unix.Symlinkat(text, to, name)
		}
		if err != nil {
			return err
		}
		return c.own(to, name, &n.st)
	case unix.S_IFIFO, unix.S_IFCHR, unix.S_IFBLK:
		if err := unix.Mknodat(to, name, n.st.Mode&unix.S_IFMT|mode, int(n.st.Rdev)); err != nil {
			return err
		}
		if err := c.own(to, name, &n.st); err != nil {
			return err
		}
		return unix.Fchmodat(to, name, mode, 0)
	}
	return nil
}

func (c CopyUp) copyFile(n *node, to int, name string) error {
	from, err := os.Open(n.proc(0))
	if err != nil {
		return err
	}
	defer from.Close()
	fd, err := unix.Openat(to, name, unix.O_WRONLY|unix.O_CREAT|unix.O_EXCL|unix.O_NOFOLLOW|unix.O_CLOEXEC, 0o600)
	if err != nil {
		return err
	}
	file := os.NewFile(uintptr(fd), name)
	defer file.Close()
	if _, err := io.Copy(file, from); err != nil {
		return err
	}
	if err := c.dress(fd, &n.st); err != nil {
		return err
	}
	copyAttributes(int(from.Fd()), fd) // a change of owner takes capabilities away
	return nil
}

// copyAttributes copies the extended attributes that a file of a volume keeps:
// capabilities and the users' own. What a file system does not take is left.
func copyAttributes(from, to int) {
	names := make([]byte, 16<<10)
	n, err := unix.Flistxattr(from, names)
	if err != nil {
		return
	}
	for name := range strings.SplitSeq(strings.TrimRight(string(names[:n]), "\x00"), "\x00") {
		if name != "security.capability" && (!strings.HasPrefix(name, "user.") || strings.HasPrefix(name, "user.overlay.")) {
			continue
		}
		value := make([]byte, 64<<10)
		if n, err := unix.Fgetxattr(from, name, value); err == nil {
			unix.Fsetxattr(to, name, value[:n], 0)
		}
	}
}

// own gives a file to who has it in the image.
func (c CopyUp) own(dir int, name string, st *unix.Stat_t) error {
	return unix.Fchownat(dir, name, int(ranges(c.Users).host(st.Uid)), int(ranges(c.Groups).host(st.Gid)), unix.AT_SYMLINK_NOFOLLOW)
}

// dress gives an open file the owner, mode and times that it has in the image.
func (c CopyUp) dress(fd int, st *unix.Stat_t) error {
	if err := unix.Fchown(fd, int(ranges(c.Users).host(st.Uid)), int(ranges(c.Groups).host(st.Gid))); err != nil {
		return err
	}
	if err := unix.Fchmod(fd, st.Mode&0o7777); err != nil {
		return err
	}
	times := []unix.Timespec{st.Atim, st.Mtim}
	return unix.UtimesNanoAt(unix.AT_FDCWD, "/proc/self/fd/"+strconv.Itoa(fd), times, 0)
}

// namesIn are the names in a directory, which may be opened as a path.
func namesIn(fd int) ([]string, error) {
	dir, err := os.Open("/proc/self/fd/" + strconv.Itoa(fd))
	if err != nil {
		return nil, err
	}
	defer dir.Close()
	return dir.Readdirnames(-1)
}
