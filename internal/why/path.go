package why

import (
	"fmt"
	"os"
	"path"
	"strconv"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"

	"isle/internal/resolve"
)

// open opens file with O_PATH as a process with that root would find it;
// root is "" for the caller's own.
func open(root, file string) (int, error) {
	if root == "" || root == "/" {
		return unix.Open(file, unix.O_PATH|unix.O_CLOEXEC, 0)
	}
	dir, err := unix.Open(root, unix.O_PATH|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
	if err != nil {
		return -1, err
	}
	defer unix.Close(dir)
	return resolve.Open(dir, file, unix.O_PATH, unix.RESOLVE_IN_ROOT)
}

// stat describes the file that open finds.
func stat(root, file string) (st unix.Stat_t, err error) {
	fd, err := open(root, file)
	if err != nil {
		return st, err
	}
	defer unix.Close(fd)
	return st, unix.Fstat(fd, &st)
}

// blocked returns the shortest leading part of file that cannot be reached in
// root, and why; "" if all can, or if root itself cannot be looked into or is
// empty, as that of a mount is which only the failed process had.
func blocked(root, file string) (at string, errno syscall.Errno) {
	if !path.IsAbs(file) && root != "" {
		return "", 0
	}
	if root != "" {
		if entries, err := os.ReadDir(root); err != nil || len(entries) == 0 {
			return "", 0
		}
	}
	for _, part := range leading(file) {
		fd, err := open(root, part)
		if errno, ok := err.(syscall.Errno); ok {
			return part, errno
		}
		unix.Close(fd)
	}
	return "", 0
}

// leading returns the leading parts of a path: "/a/b" gives "/a", "/a/b".
func leading(file string) []string {
	var parts []string
	for i := 1; i < len(file); i++ {
		if file[i] == '/' && file[i-1] != '/' {
			parts = append(parts, file[:i])
		}
	}
	return append(parts, file)
}

// describe says in words why part of a path is in the way.
func describe(root, at string, errno syscall.Errno) string {
	in := ""
	if root != "" && root != "/" {
		in = " in " + root
	}
	switch errno {
	case unix.ENOENT:
		if to, err := os.Readlink(root + at); err == nil {
			return fmt.Sprintf("%s is a symbolic link to %s, which does not exist%s", at, to, in)
		}
		return fmt.Sprintf("%s does not exist%s", at, in)
	case unix.ENOTDIR:
		return fmt.Sprintf("%s is not a directory%s", path.Dir(at), in)
	case unix.ELOOP:
		return fmt.Sprintf("%s is part of a loop of symbolic links%s", at, in)
	case unix.EACCES:
		return fmt.Sprintf("the directory %s%s may not be searched by this user", path.Dir(at), in)
	}
	return fmt.Sprintf("%s cannot be reached%s: %s", at, in, errno)
}

// mode formats permission bits as chmod takes them.
func mode(bits uint32) string { return "0" + strconv.FormatUint(uint64(bits&0o7777), 8) }

// isMountPoint says whether file is the root of a mount; known is false where
// the kernel does not tell (before 5.8).
func isMountPoint(root, file string) (yes, known bool) {
	fd, err := open(root, file)
	if err != nil {
		return false, false
	}
	defer unix.Close(fd)
	var s unix.Statx_t
	if unix.Statx(fd, "", unix.AT_EMPTY_PATH, unix.STATX_BASIC_STATS, &s) != nil {
		return false, false
	}
	return s.Attributes&unix.STATX_ATTR_MOUNT_ROOT != 0, s.Attributes_mask&unix.STATX_ATTR_MOUNT_ROOT != 0
}

// outside returns the path by which the caller knows file of the new root.
func (f Failure) outside(file string) string {
	root, rest, ok := f.behind(file)
	if !ok {
		root, rest = f.Root, file
	}
	if root == "" || root == "/" {
		return rest
	}
	return strings.TrimSuffix(root, "/") + path.Join("/", rest)
}

// located is where the file that fd is open on really is, whatever links and
// directories file was reached by.
func (f Failure) located(fd int, file string) string {
	if to, err := os.Readlink(fmt.Sprintf("/proc/self/fd/%d", fd)); err == nil && path.IsAbs(to) {
		return to
	}
	return f.outside(file)
}
