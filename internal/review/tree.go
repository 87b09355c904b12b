package review

import (
	"fmt"

	"golang.org/x/sys/unix"
)

// tree notes all that is in a directory of the host that is to go.
func (w *walker) tree(c *Change, dir int, name string) {
	leaves, err := leavesOf(dir, name, w.store)
	if err != nil {
		c.Reason = err.Error()
	}
	c.Tree, c.Before, c.Entries = leaves, 0, len(leaves)
	for _, l := range leaves {
		if l.regular() {
			c.Before += l.Size
		}
	}
}

// leavesOf lists what is in a directory, which must be all in one mount and not
// hold the store, if that is given.
func leavesOf(dir int, name string, store *Stamp) ([]Leaf, error) {
	fd, err := directory(dir, name)
	if err != nil {
		return nil, lookError(err)
	}
	defer unix.Close(fd)
	var leaves []Leaf
	err = addLeaves(&leaves, fd, "", store, 0)
	return leaves, err
}

func lookError(err error) error {
	if err == unix.EXDEV {
		return fmt.Errorf("something is mounted there now")
	}
	return fmt.Errorf("what is in it cannot be seen: %w", err)
}

func addLeaves(leaves *[]Leaf, fd int, rel string, store *Stamp, depth int) error {
	if st, err := stampFD(fd); err != nil || store != nil && st.Ino == store.Ino && st.Dev == store.Dev {
		return fmt.Errorf("isle keeps its reviews there")
	}
	if depth > deepest {
		return fmt.Errorf("there is more in it, deeper than isle looks")
	}
	list, err := names(fd)
	if err != nil {
		return lookError(err)
	}
	for _, name := range list {
		if len(*leaves) >= mostEntries {
			return fmt.Errorf("there are more than %d files in it", mostEntries)
		}
		st, err := stampAt(fd, name)
		if err != nil || st == nil {
			return fmt.Errorf("what is in it is being changed")
		}
		*leaves = append(*leaves, Leaf{[]byte(join(rel, name)), *st})
		if !st.isDir() {
			continue
		}
		below, err := directory(fd, name)
		if err != nil {
			return lookError(err)
		}
		err = addLeaves(leaves, below, join(rel, name), store, depth+1)
		unix.Close(below)
		if err != nil {
			return err
		}
	}
	return nil
}

// unchanged says that everything in a directory is as it was noted, but for
// what is gone already.
func unchanged(now, noted []Leaf) string {
	was := map[string]*Stamp{}
	for i := range noted {
		was[string(noted[i].Path)] = &noted[i].Stamp
	}
	for i := range now {
		switch old := was[string(now[i].Path)]; {
		case old == nil:
			return "something new is in it on the host"
		case !old.same(&now[i].Stamp):
			return "something in it was changed on the host meanwhile"
		}
	}
	return ""
}
