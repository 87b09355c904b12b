package setup

import (
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// Layers are the folders that overlayfs lays over each other, the highest first.
// They are read as overlayfs would show them, without being mounted: links are
// followed inside of them only, and what a higher one says is gone is gone.
type Layers []string

// Open opens a regular file by its path in the container; it is nil, and no
// error, if there is none.
func (l Layers) Open(name string) (*os.File, error) {
	n, err := l.find(name)
	if errors.Is(err, unix.ENOENT) || errors.Is(err, unix.ENOTDIR) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("open %s of the image: %w", name, err)
	}
	defer n.close()
	if n.kind() != unix.S_IFREG {
		return nil, fmt.Errorf("open %s of the image: not a regular file", name)
	}
	f, err := os.Open(n.proc(0))
	if err != nil {
		return nil, fmt.Errorf("open %s of the image: %w", name, errors.Unwrap(err))
	}
	return f, nil
}

// node is a file of the layers or, as a directory, what all of them have there.
type node struct {
	fds []int // opened as paths, the highest first; of a file there is one
	st  unix.Stat_t
}

func (n *node) kind() uint32 { return n.st.Mode & unix.S_IFMT }

func (n *node) proc(i int) string { return "/proc/self/fd/" + strconv.Itoa(n.fds[i]) }

func (n *node) close() {
	for _, fd := range n.fds {
		unix.Close(fd)
	}
	n.fds = nil
}

const (
	mostLinks = 40   // path_resolution(7)
	mostParts = 4096 // of a path with what its links add
)

// find walks to a path, links and all.
func (l Layers) find(name string) (*node, error) {
	root, err := l.root()
	if err != nil {
		return nil, err
	}
	way := []*node{root}
	defer func() {
		for _, n := range way {
			n.close()
		}
	}()
	rest, links := strings.Split(name, "/"), 0
	for steps := 0; len(rest) > 0; steps++ {
		part, last := rest[0], way[len(way)-1]
		rest = rest[1:]
		switch {
		case steps > mostParts || len(part) > unix.NAME_MAX:
			return nil, unix.ENAMETOOLONG
		case part == "" || part == ".":
			continue
		case last.kind() != unix.S_IFDIR:
			return nil, unix.ENOTDIR
		case part == "..":
			if len(way) > 1 {
				last.close()
				way = way[:len(way)-1]
			}
			continue
		}
		n, err := last.child(part)
		if err != nil {
			return nil, err
		}
		if n.kind() != unix.S_IFLNK {
			way = append(way, n)
			continue
		}
		text, err := n.link()
		n.close()
		if links++; err != nil || links > mostLinks {
			return nil, errors.Join(err, unix.ELOOP)
		}
		if strings.HasPrefix(text, "/") {
			for _, n := range way[1:] {
				n.close()
			}
			way = way[:1]
		}
		rest = append(strings.Split(text, "/"), rest...)
	}
	found := way[len(way)-1]
	way = way[:len(way)-1]
	return found, nil
}

// root opens the layers themselves.
func (l Layers) root() (*node, error) {
	n := &node{}
	for _, dir := range l {
		fd, err := unix.Open(dir, unix.O_PATH|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
		if err != nil {
			n.close()
			return nil, &os.PathError{Op: "open", Path: dir, Err: err}
		}
		n.fds = append(n.fds, fd)
	}
	if len(n.fds) == 0 {
		return nil, unix.ENOENT
	}
	return n, unix.Fstat(n.fds[0], &n.st)
}

// child is what a directory has under a name: the highest layer's, with what the
// lower ones have there too if they are all directories and none hides them.
func (n *node) child(name string) (*node, error) {
	found := &node{}
	for i, dir := range n.fds {
		fd, err := unix.Openat(dir, name, unix.O_PATH|unix.O_NOFOLLOW|unix.O_CLOEXEC, 0)
		if err == unix.ENOENT {
			continue
		}
		var st unix.Stat_t
		if err == nil {
			err = unix.Fstat(fd, &st)
		}
		if err != nil {
			found.close()
			return nil, err
		}
		if st.Mode&unix.S_IFMT != unix.S_IFDIR && (len(found.fds) > 0 || whiteout(&st)) {
			unix.Close(fd)
			break
		}
		if len(found.fds) == 0 {
			found.st = st
		}
		found.fds = append(found.fds, fd)
		if st.Mode&unix.S_IFMT != unix.S_IFDIR || i < len(n.fds)-1 && opaque(fd) {
			break
		}
	}
	if len(found.fds) == 0 {
		return nil, unix.ENOENT
	}
	return found, nil
}

func (n *node) link() (string, error) {
	to := make([]byte, unix.PathMax)
	size, err := unix.Readlinkat(n.fds[0], "", to)
	return string(to[:max(size, 0)]), err
}

// whiteout says whether a file stands for one of a lower layer that is gone.
func whiteout(st *unix.Stat_t) bool { return st.Mode&unix.S_IFMT == unix.S_IFCHR && st.Rdev == 0 }

// opaque says whether a directory hides those of lower layers (overlayfs, "whiteouts
// and opaque directories"). The second name is for mounts with userxattr.
func opaque(fd int) bool {
	path := "/proc/self/fd/" + strconv.Itoa(fd) // opened as a path it has no attributes by itself
	for _, name := range [...]string{"trusted.overlay.opaque", "user.overlay.opaque"} {
		var value [2]byte
		if n, err := unix.Getxattr(path, name, value[:]); err == nil && n == 1 && value[0] == 'y' {
			return true
		}
	}
	return false
}
