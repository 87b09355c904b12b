package resources

import (
	"errors"
	"strings"

	specs "github.com/opencontainers/runtime-spec/specs-go"
	"golang.org/x/sys/unix"
)

// work is what is to be written in one tree.
type work struct {
	tree *Tree
	list []setting
}

// settings says what the resources ask for, tree by tree. A controller that is
// in no hierarchy here is an error if something is asked of it.
func (g *Group) settings(r *specs.LinuxResources) ([]work, error) {
	all := make([]work, len(g.Trees), len(g.Trees)+1)
	for i := range g.Trees {
		all[i].tree = &g.Trees[i]
	}
	put := func(s setting, t *Tree) error {
		for i := range all {
			if all[i].tree == t {
				all[i].list = append(all[i].list, s)
				return nil
			}
		}
		return g.missing(s.field, s.controller)
	}
	var faults []error
	for i := range knobs {
		k := &knobs[i]
		if !k.asked(r) {
			continue
		}
		t := g.tree(k.controller)
		s, some, err := k.want(r, t != nil && t.V2)
		if some {
			err = put(s, t)
		}
		if err != nil {
			faults = append(faults, err)
		}
	}
	t := g.tree("hugetlb")
	for _, s := range hugetlb(r, t != nil && t.V2) {
		faults = append(faults, put(s, t))
	}
	for _, s := range unified(r) {
		faults = append(faults, put(s, g.v2()))
	}
	return all, errors.Join(faults...)
}

// tree is where a controller is: in version 1, or else in version 2.
func (g *Group) tree(controller string) *Tree {
	if t := g.v1(controller); t != nil {
		return t
	}
	return g.v2()
}

func (g *Group) missing(field, controller string) error {
	e := &Error{Doing: "set linux.resources." + field, Err: errors.New("no cgroup here has the controller " + controller)}
	switch {
	case strings.HasPrefix(field, "unified["):
		e.Err, e.Hint = errors.New("it is a file of cgroup version 2, and this group has none"), "boot with systemd.unified_cgroup_hierarchy=1"
	case g.Rootless:
		e.Hint = hintDelegate
	default:
		e.Hint = "the kernel lacks it or it is not mounted; see /proc/cgroups"
	}
	return e
}

// apply writes what is to be written in a tree. Some values are refused only
// because of another that is still to come, such as a quota over the old period:
// what the kernel calls invalid is tried again after the rest, as long as that
// gets further. made says that the group is new, so that what a new group has
// anyway need not be written.
func (w *work) apply(made bool, undo *[]undo) error {
	todo := w.list
	for len(todo) > 0 {
		var again []setting
		var last error
		for _, s := range todo {
			if made && s.fresh {
				continue
			}
			err := w.tree.set(&s, undo)
			if err != nil && !errors.Is(err, unix.EINVAL) {
				return err
			}
			if err != nil {
				again, last = append(again, s), err
			}
		}
		if len(again) == len(todo) {
			return last
		}
		todo = again
	}
	return nil
}

// undo is what stood in a file.
type undo struct {
	tree        *Tree
	file, value string
}

// set writes a setting, line by line, to the first of its files that there is.
func (t *Tree) set(s *setting, undos *[]undo) error {
	for i, file := range s.file {
		if file == "" {
			break
		}
		fd, err := t.at(t.in(file), unix.O_WRONLY)
		if err == unix.ENOENT && i+1 < len(s.file) && s.file[i+1] != "" {
			continue
		}
		if err == unix.ENOENT && s.absent {
			return nil
		}
		if err != nil {
			return t.failed(s, file, s.value[i], err)
		}
		defer unix.Close(fd)
		if undos != nil {
			t.remember(file, undos)
		}
		for line := range strings.SplitSeq(strings.TrimRight(s.value[i], "\n"), "\n") {
			if err := writeAll(fd, line); err != nil {
				return t.failed(s, file, line, err)
			}
		}
		return nil
	}
	return nil
}

// remember keeps what one line says; files of many lines are not written as they
// are read.
func (t *Tree) remember(file string, undos *[]undo) {
	text, err := t.read(file)
	if text = strings.TrimSuffix(text, "\n"); err == nil && text != "" && !strings.Contains(text, "\n") {
		*undos = append(*undos, undo{t, file, text})
	}
}

// failed makes the error of a write. That a file is missing in version 2 means
// that its controller is not on in this group.
func (t *Tree) failed(s *setting, file, value string, err error) error {
	e := &Error{Doing: "set " + file + " of " + t.Dir() + " to " + value, Err: err, Hint: hint(file, err)}
	if t.V2 && err == unix.ENOENT && s.controller != "" && !t.enabled(s.controller) {
		e.Hint = "the controller " + s.controller + " is not on in this cgroup: those above must have it in cgroup.subtree_control and no processes of their own"
	} else if e.Hint == "" && err == unix.ENOENT {
		e.Hint = "this kernel has no such file"
	}
	return e
}
