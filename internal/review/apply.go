package review

import (
	"fmt"
	"path/filepath"
	"slices"

	"golang.org/x/sys/unix"
)

// Options say what may be applied.
type Options struct {
	// Special lets set-id bits, capabilities, devices, sockets and the like
	// pass. Without it a change that has them is refused.
	Special bool
}

// Outcome is what became of a change.
type Outcome struct {
	*Change
	Err error // nil: it is on the host now
}

// Refusal is why a change was not even tried.
type Refusal string

func (e Refusal) Error() string { return string(e) }

// Apply applies changes to the host, of those that Changes has just listed. A
// directory that the program made comes along with what is in it. Each file
// changes at once or not at all, and what was done stays if isle is killed: then
// Apply can be repeated. The error is of the review as a whole.
func (r *Review) Apply(all, chosen []*Change, o Options) ([]Outcome, error) {
	a := &applier{r: r, o: o, temporary: ".isle-review-" + r.ID, done: map[key]bool{}, links: map[uint64]*Change{}}
	defer a.close()
	if err := a.sweep(); err != nil {
		return nil, err
	}
	chosen = withParents(all, chosen)
	for _, c := range chosen {
		if c.Kind != Deleted {
			a.add(c, a.place(c))
		}
	}
	for _, c := range slices.Backward(chosen) {
		if c.Kind == Deleted {
			a.add(c, a.delete(c))
		}
	}
	return a.outcomes, a.sync()
}

// sync has the names in the directories that changed written to disk.
func (a *applier) sync() error {
	synced := map[key]bool{}
	for _, o := range a.outcomes {
		in := key{o.Layer, filepath.Dir(string(o.Base.Path))}
		if o.Err != nil || synced[in] {
			continue
		}
		synced[in] = true
		s, err := a.layer(in.layer)
		if err != nil {
			return err
		}
		fd, err := directory(s.lower, in.path)
		if err != nil {
			continue // it went with another change
		}
		err = unix.Fsync(fd)
		unix.Close(fd)
		if err != nil && err != unix.EBADF && err != unix.EINVAL { // not to be read, or not known there
			return fmt.Errorf("write %s to disk: %w", filepath.Dir(o.Path), err)
		}
	}
	return nil
}

// withParents adds the directories that chosen changes need, in the order of all.
func withParents(all, chosen []*Change) []*Change {
	want, above := map[*Change]bool{}, map[key]bool{}
	for _, c := range chosen {
		want[c] = true
		for in := filepath.Dir(string(c.Base.Path)); c.Kind != Deleted && in != "." && !above[key{c.Layer, in}]; in = filepath.Dir(in) {
			above[key{c.Layer, in}] = true
		}
	}
	var list []*Change
	for _, c := range all {
		if want[c] || c.makesDirectory() && above[c.key()] {
			list = append(list, c)
		}
	}
	return list
}

type applier struct {
	r         *Review
	o         Options
	temporary string
	done      map[key]bool
	outcomes  []Outcome
	opened    []*sides           // by layer
	links     map[uint64]*Change // by inode among the changes: where a file with several names was put first
}

func (a *applier) add(c *Change, err error) {
	a.done[c.key()] = err == nil
	a.outcomes = append(a.outcomes, Outcome{c, err})
}

func (a *applier) close() {
	for _, s := range a.opened {
		if s != nil {
			s.close()
		}
	}
}

// layer opens both sides of a layer, once.
func (a *applier) layer(i int) (*sides, error) {
	if a.opened == nil {
		a.opened = make([]*sides, len(a.r.Layers))
	}
	if a.opened[i] == nil {
		s, err := a.r.open(&a.r.Layers[i])
		a.opened[i] = &s
		if err != nil {
			return nil, err
		}
	}
	if s := a.opened[i]; s.gone != "" {
		return nil, Refusal(s.gone)
	}
	return a.opened[i], nil
}

// allowed refuses what is not to be applied.
func (a *applier) allowed(c *Change) error {
	switch {
	case c.Reason != "":
		return Refusal(c.Reason)
	case len(c.Special) > 0 && !a.o.Special:
		return Refusal(fmt.Sprintf("it has %s: only --special applies that", joinWords(c.Special)))
	}
	return nil
}

func joinWords(words []string) string {
	text := ""
	for i, w := range words {
		switch {
		case i > 0 && i == len(words)-1:
			text += " and "
		case i > 0:
			text += ", "
		}
		text += w
	}
	return text
}

// parents opens the directories that a change is in, on both sides. The host's
// must be the one that it was.
func (a *applier) parents(c *Change) (upper, lower int, err error) {
	s, err := a.layer(c.Layer)
	if err != nil {
		return -1, -1, err
	}
	in := filepath.Dir(string(c.Base.Path))
	if lower, err = directory(s.lower, in); err != nil {
		return -1, -1, fmt.Errorf("open %s on the host: %w", filepath.Dir(c.Path), err)
	}
	if st, err := stampFD(lower); err != nil || c.Parent != 0 && st.Ino != c.Parent && !a.done[key{c.Layer, in}] {
		unix.Close(lower)
		return -1, -1, Refusal(otherPlace)
	}
	if c.Kind == Deleted {
		return -1, lower, nil
	}
	if upper, err = directory(s.upper, in); err != nil {
		unix.Close(lower)
		return -1, -1, fmt.Errorf("open %s among the changes: %w", filepath.Dir(c.Path), err)
	}
	return upper, lower, nil
}

// sweep removes what an Apply that was killed has left: a file on its way, or
// one that another has replaced.
func (a *applier) sweep() error {
	swept := map[key]bool{}
	for i := range a.r.Base {
		b := &a.r.Base[i]
		in := key{b.Layer, filepath.Dir(string(b.Path))}
		if swept[in] {
			continue
		}
		swept[in] = true
		s, err := a.layer(in.layer)
		if err != nil {
			continue // the change will say it
		}
		dir, err := directory(s.lower, in.path)
		if err != nil {
			continue
		}
		err = removeTree(dir, a.temporary)
		unix.Close(dir)
		if err != nil {
			return fmt.Errorf("remove %s, which an isle that was killed has left in %s: %w", a.temporary, filepath.Join(a.r.Layers[in.layer].Host, in.path), err)
		}
	}
	return nil
}
