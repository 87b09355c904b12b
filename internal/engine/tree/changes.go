package tree

import (
	"fmt"
	"io"
	"os"
	"path"
	"slices"

	"golang.org/x/sys/unix"
)

// Change is a way in which a container differs from its image.
type Change struct {
	Kind byte // 'A' added, 'C' changed, 'D' deleted
	Path string
}

// Layer writes an upper folder of overlayfs as a layer of an image.
func Layer(w io.Writer, upper string) error {
	fd, err := unix.Open(upper, unix.O_PATH|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
	if err != nil {
		return &os.PathError{Op: "open", Path: upper, Err: err}
	}
	defer unix.Close(fd)
	t := NewWriter(w)
	t.layer, t.Nodes = true, true
	if err := t.contents(fd, ""); err != nil {
		return err
	}
	return t.Close()
}

// Changes lists what an upper folder of overlayfs changes of the layers below,
// which are the topmost first.
func Changes(upper string, lowers []string) ([]Change, error) {
	fd, err := unix.Open(upper, unix.O_PATH|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
	if err != nil {
		return nil, &os.PathError{Op: "open", Path: upper, Err: err}
	}
	defer unix.Close(fd)
	var below stack
	defer below.close()
	for _, dir := range lowers {
		lower, err := unix.Open(dir, unix.O_PATH|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
		if err != nil {
			return nil, &os.PathError{Op: "open", Path: dir, Err: err}
		}
		below = append(below, lower)
	}
	c := &comparer{}
	if err := c.folder(fd, below, "/", false); err != nil {
		return nil, err
	}
	return c.found, nil
}

type comparer struct {
	found []Change
	depth int
}

// folder compares a folder with what the layers below have in its place. A whole
// one shows nothing of them.
func (c *comparer) folder(upper int, below stack, name string, whole bool) error {
	names, err := list(upper)
	if err != nil {
		return fmt.Errorf("read folder %s: %w", name, unwrap(err))
	}
	if c.depth++; c.depth > deepest {
		return fmt.Errorf("%.80s...: there are more than %d folders in folders", name, deepest)
	}
	if whole {
		for _, old := range below.names() {
			if !slices.Contains(names, old) {
				c.add('D', path.Join(name, old))
			}
		}
	}
	for _, child := range names {
		if err := c.entry(upper, below, child, path.Join(name, child)); err != nil {
			return err
		}
	}
	c.depth--
	return nil
}

func (c *comparer) add(kind byte, name string) { c.found = append(c.found, Change{kind, name}) }

func (c *comparer) entry(dir int, below stack, name, full string) error {
	fd, err := unix.Openat(dir, name, unix.O_PATH|unix.O_NOFOLLOW|unix.O_CLOEXEC, 0)
	if err == unix.ENOENT {
		return nil
	}
	if err != nil {
		return fmt.Errorf("open %s: %w", full, err)
	}
	defer unix.Close(fd)
	var st unix.Stat_t
	if err := unix.Fstat(fd, &st); err != nil {
		return fmt.Errorf("look at %s: %w", full, err)
	}
	old, there := below.child(name)
	defer old.close()
	switch {
	case whiteout(&st):
		if there {
			c.add('D', full)
		}
		return nil
	case there:
		c.add('C', full)
	default:
		c.add('A', full)
	}
	if st.Mode&unix.S_IFMT != unix.S_IFDIR {
		return nil
	}
	return c.folder(fd, old, full, opaque(fd))
}

// stack is a folder in several layers, the topmost first, opened as paths.
type stack []int

func (s stack) close() {
	for _, fd := range s {
		unix.Close(fd)
	}
}

// child says whether the layers have a name in the folder and, if it is a folder
// itself, where.
func (s stack) child(name string) (folders stack, there bool) {
	for _, dir := range s {
		fd, err := unix.Openat(dir, name, unix.O_PATH|unix.O_NOFOLLOW|unix.O_CLOEXEC, 0)
		if err != nil {
			continue
		}
		var st unix.Stat_t
		if unix.Fstat(fd, &st) != nil || st.Mode&unix.S_IFMT != unix.S_IFDIR {
			unix.Close(fd)
			return folders, there || !whiteout(&st)
		}
		folders, there = append(folders, fd), true
		if opaque(fd) {
			break
		}
	}
	return folders, there
}

// names are all names that the folder shows.
func (s stack) names() (shown []string) {
	for _, dir := range s {
		found, _ := list(dir)
		for _, name := range found {
			folders, there := s.child(name)
			folders.close()
			if there && !slices.Contains(shown, name) {
				shown = append(shown, name)
			}
		}
	}
	slices.Sort(shown)
	return shown
}

func list(fd int) ([]string, error) {
	dir, err := os.Open(procPath(fd))
	if err != nil {
		return nil, err
	}
	defer dir.Close()
	names, err := dir.Readdirnames(-1)
	slices.Sort(names)
	return names, err
}

// whiteout says whether a file stands for one of a lower layer that is gone.
func whiteout(st *unix.Stat_t) bool { return st.Mode&unix.S_IFMT == unix.S_IFCHR && st.Rdev == 0 }

// opaque says whether a folder hides those of lower layers.
func opaque(fd int) bool {
	for _, name := range [...]string{"trusted.overlay.opaque", "user.overlay.opaque"} {
		var value [2]byte
		if n, err := unix.Getxattr(procPath(fd), name, value[:]); err == nil && n == 1 && value[0] == 'y' {
			return true
		}
	}
	return false
}
