package why

import (
	"path"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"
)

// Cover adds a mount to a list of Facts.Mounts. Without a source the caller
// cannot see what is on it.
func (f *Facts) Cover(target, source string) { f.Mounts += target + "\x00" + source + "\x00" }

// behind is where the caller finds a file of the new root: in the source of the
// mount that covers it, if one does. It is not ok if that mount has none.
func (f Failure) behind(file string) (root, rest string, ok bool) {
	root, rest, ok = f.Root, file, true
	for list := f.Mounts; list != ""; {
		var target, source string
		target, list, _ = strings.Cut(list, "\x00")
		source, list, _ = strings.Cut(list, "\x00")
		below, covers := strings.CutPrefix(path.Clean(file), target)
		switch {
		case !covers || below != "" && below[0] != '/':
		case below == "":
			root, rest, ok = "", source, source != ""
		default:
			root, rest, ok = source, below, source != ""
		}
	}
	return root, rest, ok
}

// seen says whether the caller can look at a file of the new root.
func (f Failure) seen(file string) bool {
	_, _, ok := f.behind(file)
	return ok
}

// open opens a file of the new root with O_PATH.
func (f Failure) open(file string) (int, error) {
	root, rest, ok := f.behind(file)
	if !ok {
		return -1, unix.ENOENT
	}
	return open(root, rest)
}

func (f Failure) stat(file string) (st unix.Stat_t, err error) {
	fd, err := f.open(file)
	if err != nil {
		return st, err
	}
	defer unix.Close(fd)
	return st, unix.Fstat(fd, &st)
}

// blocked is as the function of that name, and says in words what is in the way
// of a file of the new root. What is in a mount is called by its path outside.
func (f Failure) blocked(file string) (says, at string, errno syscall.Errno) {
	root, rest, ok := f.behind(file)
	if !ok {
		return "", "", 0
	}
	if at, errno = blocked(root, rest); errno == 0 {
		return "", "", 0
	}
	if root == f.Root {
		return describe(root, at, errno), f.outside(at), errno
	}
	return describe("", root+at, errno), root + at, errno
}
