package review

import (
	"bytes"
	"path/filepath"
	"slices"
	"strings"

	"isle/internal/rootfs"
)

// Reasons that come from what happened on the host.
const (
	whileItRan = "it was changed on the host while the program ran"
	meanwhile  = "it was changed on the host meanwhile"
	madeSince  = "something of that name was made on the host meanwhile"
	otherPlace = "the directory that it is in was replaced on the host meanwhile"
	tampered   = "the change itself was changed after the program had ended"
)

// Seal notes what the program has changed and what there is on the host at
// those paths, once it has ended. It comes before anything is shown or applied.
// A review that was sealed before stays as it is.
func (r *Review) Seal() error {
	if r.Sealed {
		return nil
	}
	since := setBack(r.Since, r.Epoch, epoch())
	changes, err := r.scan()
	if err != nil {
		return err
	}
	r.Base = nil
	for _, c := range r.own(changes) {
		b := c.Base
		if c.changedSince(since) {
			b.Reason = whileItRan
		}
		r.Base = append(r.Base, b)
	}
	if r.ID, err = newID(); err != nil {
		return err
	}
	r.Sealed = true
	if err := r.Save(); err != nil {
		return err
	}
	// No overlay needs it any more, and a user could not remove it by hand: overlayfs
	// leaves directories in it that nobody may enter.
	return rootfs.Remove(filepath.Join(r.Dir, "work"))
}

// own are the changes that are the program's own: not the empty files and the
// directories that were made to mount something on.
func (r *Review) own(changes []*Change) []*Change {
	var list []*Change
	for _, c := range slices.Backward(changes) { // what is in a directory comes before it
		made := c.Kind == Created && c.Size == 0 && (c.Type == "file" || c.Type == "directory") &&
			slices.ContainsFunc(r.Targets, func(target string) bool { return strings.HasPrefix(target+"/", c.Path+"/") })
		if !made || slices.ContainsFunc(list, func(o *Change) bool { return o.below(c) }) {
			list = append(list, c)
		}
	}
	slices.Reverse(list)
	return list
}

// changedSince says whether the host's file, or any in a directory that is to
// go, may have been changed at or after a moment.
func (c *Change) changedSince(moment int64) bool {
	if c.Lower == nil {
		return false
	}
	if !c.Lower.isDir() || c.Kind == Deleted || c.Was != "" {
		if c.Lower.changedSince(moment) {
			return true
		}
	}
	for i := range c.Tree {
		if c.Tree[i].changedSince(moment) {
			return true
		}
	}
	return false
}

// Changes lists what is still to be applied: what the program changed, less
// what the host has by now. Each has the reason why it cannot be, if there is one.
func (r *Review) Changes() ([]*Change, error) {
	if err := r.Seal(); err != nil {
		return nil, err
	}
	now, err := r.scan()
	if err != nil {
		return nil, err
	}
	base := make(map[key]*Base, len(r.Base))
	for i := range r.Base {
		base[key{r.Base[i].Layer, string(r.Base[i].Path)}] = &r.Base[i]
	}
	var list []*Change
	for _, c := range now {
		b := base[c.key()]
		if b == nil {
			continue // the program did not change it, the host has
		}
		if c.Reason == "" {
			c.Reason = conflict(c, b, base)
		}
		c.Base.Reason = ""
		list = append(list, c)
	}
	return list, nil
}

// conflict says why the host's file is not what the program's change is of.
func conflict(c *Change, b *Base, all map[key]*Base) string {
	switch {
	case b.Reason != "":
		return b.Reason
	case !c.Upper.same(b.Upper):
		return tampered
	case b.Lower == nil && c.Lower != nil:
		return madeSince
	case c.Lower != nil && c.Lower.isDir() && b.Lower.isDir() && c.Upper != nil && c.Upper.isDir():
		if !halfway(c.Lower, b) {
			return meanwhile
		}
	case !c.Lower.same(b.Lower):
		return meanwhile
	case c.Parent != b.Parent && !madeHere(b, all):
		return otherPlace
	}
	if len(c.Tree) > 0 {
		return unchanged(c.Tree, b.Tree)
	}
	return ""
}

// halfway says that each attribute of a directory is as it was or as it is to
// be: then isle was interrupted between them.
func halfway(now *Stamp, b *Base) bool {
	return now.Ino == b.Lower.Ino && (now.UID == b.Lower.UID || now.UID == b.Upper.UID) && (now.GID == b.Lower.GID || now.GID == b.Upper.GID) &&
		(now.Mode == b.Lower.Mode || now.Mode == b.Upper.Mode)
}

// madeHere says that a change is in a directory which the review makes itself.
func madeHere(b *Base, all map[key]*Base) bool {
	i := bytes.LastIndexByte(b.Path, '/')
	if i < 0 {
		return false
	}
	in := all[key{b.Layer, string(b.Path[:i])}]
	return in != nil && in.Upper != nil && (in.Lower == nil || !in.Lower.isDir())
}
