package review

import (
	"errors"
	"fmt"
	"path/filepath"
	"unicode/utf8"

	"golang.org/x/sys/unix"
)

// What a program may make isle look at.
const (
	deepest     = 256
	mostEntries = 2_000_000
)

// scan lists how the layers differ from the host now.
func (r *Review) scan() ([]*Change, error) {
	w := &walker{r: r}
	var st unix.Stat_t
	if err := unix.Stat(r.store.Dir, &st); err != nil {
		return nil, err
	}
	w.store = stampOf(&st)
	for i := range r.Layers {
		if err := w.layer(i); err != nil {
			return nil, err
		}
	}
	return w.found, nil
}

type walker struct {
	r     *Review
	store *Stamp // the directory of reviews
	at    int    // which layer
	side  sides
	found []*Change
	seen  int
}

func (w *walker) layer(i int) error {
	l := &w.r.Layers[i]
	var err error
	if w.side, err = w.r.open(l); err != nil {
		return err
	}
	defer w.side.close()
	w.at = i
	lower := w.side.lower
	if w.side.gone != "" {
		lower = -1
	}
	if lower >= 0 && l.faithful() {
		if err := w.both(w.side.upper, lower, ".", "."); err != nil {
			return err
		}
	}
	return w.directory("", w.side.upper, lower, place{whole: opaque(w.side.upper, w.r.UserXattr)})
}

// place is what is known of a directory beside its path.
type place struct {
	whole bool // nothing of the host's shows through
	own   bool // it is isle's own
	other bool // it is on the host, or below, what the program did not see
	depth int
}

// directory compares what is in an upper directory with the host's, if it has
// one there.
func (w *walker) directory(rel string, upper, lower int, p place) error {
	list, err := names(upper)
	if err != nil {
		return fmt.Errorf("look at the changes in %s: %w", w.path(rel), err)
	}
	if lower >= 0 {
		st, err := stampFD(lower)
		p.own = p.own || err == nil && st.Ino == w.store.Ino && st.Dev == w.store.Dev
	}
	there := map[string]bool{}
	for _, name := range list {
		there[name] = true
		if err := w.entry(join(rel, name), name, upper, lower, p); err != nil {
			return err
		}
	}
	if !p.whole || lower < 0 {
		return nil
	}
	list, err = names(lower)
	if err != nil {
		return fmt.Errorf("look into %s: %w", w.path(rel), err)
	}
	for _, name := range list {
		if there[name] {
			continue
		}
		if err := w.deleted(join(rel, name), name, lower, p); err != nil {
			return err
		}
	}
	return nil
}

func join(rel, name string) string {
	if rel == "" {
		return name
	}
	return rel + "/" + name
}

func (w *walker) path(rel string) string { return filepath.Join(w.r.Layers[w.at].Host, rel) }

// entry compares one entry of an upper directory.
func (w *walker) entry(rel, name string, upper, lower int, p place) error {
	if w.seen++; w.seen > mostEntries {
		return fmt.Errorf("there are more than %d changes", mostEntries)
	}
	st, err := stampAt(upper, name)
	if err != nil || st == nil {
		return errors.Join(err, fmt.Errorf("look at %s: it is being changed", w.path(rel)))
	}
	if st.whiteout() {
		if lower < 0 {
			return nil
		}
		return w.deleted(rel, name, lower, p)
	}
	before := len(w.found)
	if err := w.both(upper, lower, rel, name); err != nil {
		return err
	}
	for _, c := range w.found[before:] {
		w.judge(c, p)
	}
	if !st.isDir() {
		return nil
	}
	return w.descend(rel, name, upper, lower, p)
}

func (w *walker) descend(rel, name string, upper, lower int, p place) error {
	if p.depth >= deepest || len(rel) >= unix.PathMax-256 {
		c := &Change{Path: w.path(rel), Kind: Created, Type: "directory", Reason: "there is more in it, deeper than isle looks"}
		c.Layer, c.Base.Path = w.at, []byte(rel+"/...")
		c.Path += "/..."
		w.found = append(w.found, c)
		return nil
	}
	fd, err := directory(upper, name)
	if err != nil {
		return fmt.Errorf("look at the changes in %s: %w", w.path(rel), err)
	}
	defer unix.Close(fd)
	below := -1
	if lower >= 0 {
		below, err = directory(lower, name)
		if err != nil {
			below = -1 // none, or no directory, or a mount that was not there
		} else {
			defer unix.Close(below)
		}
	}
	in := place{whole: opaque(fd, w.r.UserXattr), own: p.own, other: p.other, depth: p.depth + 1}
	in.other = in.other || below >= 0 && replaced(fd, below)
	return w.directory(rel, fd, below, in)
}

// judge adds why a change cannot be applied whatever the host's file is.
func (w *walker) judge(c *Change, p place) {
	switch {
	case w.side.gone != "":
		c.Reason = w.side.gone
	case p.own:
		c.Reason = "isle keeps its reviews there"
	case p.other:
		c.Reason = otherPlace
	}
}

// both compares a name in both directories and adds what differs.
func (w *walker) both(upper, lower int, rel, name string) error {
	u, err := look(upper, name)
	if err != nil {
		return fmt.Errorf("look at the change of %s: %w", w.path(rel), err)
	}
	defer u.close()
	c := w.change(rel, Created, u.Stamp)
	c.Upper, c.Size, c.Link, c.Special = u.Stamp, u.content(), u.link, special(u)
	defer func() { w.finish(c, lower) }()
	if lower < 0 {
		w.found = append(w.found, c)
		return nil
	}
	l, err := look(lower, name)
	if err == unix.ENOENT {
		w.found = append(w.found, c)
		return nil
	}
	if err == unix.EXDEV {
		c.Reason = "something is mounted there now"
		w.found = append(w.found, c)
		return nil
	}
	if err != nil {
		return fmt.Errorf("look at %s: %w", w.path(rel), err)
	}
	defer l.close()
	what, err := difference(u, l)
	if err != nil {
		return fmt.Errorf("compare %s: %w", w.path(rel), err)
	}
	if len(what) == 0 {
		return nil
	}
	c.Kind, c.What, c.Lower, c.Before = Changed, what, l.Stamp, l.content()
	if l.kind() != u.kind() {
		c.Was = l.Type()
	}
	if l.regular() && l.Links > 1 {
		c.Names = l.Links
	}
	if l.isDir() && !u.isDir() {
		w.tree(c, lower, name)
	}
	w.found = append(w.found, c)
	return nil
}

// deleted adds that a name in a directory of the host is gone.
func (w *walker) deleted(rel, name string, lower int, p place) error {
	st, err := stampAt(lower, name)
	if err != nil {
		return fmt.Errorf("look at %s: %w", w.path(rel), err)
	}
	if st == nil {
		return nil
	}
	c := w.change(rel, Deleted, st)
	c.Lower, c.Before = st, (&file{Stamp: st}).content()
	if st.isDir() {
		w.tree(c, lower, name)
	}
	w.finish(c, lower)
	w.judge(c, p)
	w.found = append(w.found, c)
	return nil
}

func (w *walker) change(rel string, kind Kind, st *Stamp) *Change {
	c := &Change{Path: w.path(rel), Kind: kind, Type: st.Type()}
	if !utf8.ValidString(c.Path) {
		c.Raw = []byte(c.Path)
	}
	c.Layer, c.Base.Path = w.at, []byte(rel)
	return c
}

// finish notes which directory of the host a change is in.
func (w *walker) finish(c *Change, lower int) {
	if lower >= 0 {
		if st, err := stampFD(lower); err == nil {
			c.Parent = st.Ino
		}
	}
}

// content is the size of what is in a file.
func (f *file) content() int64 {
	if f.regular() {
		return f.Size
	}
	return 0
}
