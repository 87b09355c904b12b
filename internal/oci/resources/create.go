package resources

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	specs "github.com/opencontainers/runtime-spec/specs-go"
	"golang.org/x/sys/unix"
)

// made is a directory that Create made.
type made struct {
	top  int // descriptor of the hierarchy's mount
	path string
}

// pending is what systemd is told when it makes the unit, in Join.
type pending struct{ resources *specs.LinuxResources }

// Create makes the group and sets all limits, before there is a process in it.
// A group that is there already may be used if it is empty and not frozen. On
// failure, what was made is removed again.
//
// Systemd makes a scope only around a process, so there Create only checks, and
// Join does the rest.
func (g *Group) Create(r *specs.LinuxResources) (err error) {
	if err := check(r); err != nil {
		return err
	}
	if g.Unit != nil {
		g.pending = &pending{r}
		return g.vacant()
	}
	return g.create(r)
}

func (g *Group) create(r *specs.LinuxResources) (err error) {
	g.adopt(r)
	var all []made
	defer func() {
		if err != nil {
			unmake(all)
		}
	}()
	fresh := make([]bool, len(g.Trees)+1)
	for i := 0; i < len(g.Trees); {
		t := &g.Trees[i]
		n := len(all)
		err := t.make(r, false, &all)
		if err != nil && g.may(t, err) {
			unmake(all[n:])
			all = all[:n]
			t.close()
			g.Trees = append(g.Trees[:i], g.Trees[i+1:]...)
			continue
		}
		if err != nil {
			return err
		}
		fresh[i] = len(all) > n && all[len(all)-1].path == t.Path
		i++
	}
	return g.limit(r, fresh)
}

// may says whether a directory that the user may not make can be done without:
// in version 1, where users are given none, and if nobody named a path. A limit
// that needs it fails afterwards.
func (g *Group) may(t *Tree, err error) bool {
	return g.Rootless && refused(err) && (!t.V2 || g.optional)
}

// limit sets all limits. fresh says which trees are new.
func (g *Group) limit(r *specs.LinuxResources, fresh []bool) error {
	all, err := g.prepare(&r)
	if err != nil {
		return err
	}
	for i := range all {
		if err := all[i].apply(fresh[i], nil); err != nil {
			return err
		}
	}
	return g.setDevices(r, false)
}

// prepare has the controllers come down that are needed, and says what is to be
// written. It replaces the resources by completed ones.
func (g *Group) prepare(r **specs.LinuxResources) ([]work, error) {
	if t := g.v2(); t != nil {
		t.enable(asked(*r), len(g.Trees) == 1)
	}
	if *r == nil {
		return nil, nil
	}
	full, err := g.complete(*r)
	if err != nil {
		return nil, err
	}
	*r = full
	return g.settings(full)
}

// adopt takes in a hierarchy of version 2 that is beside those of version 1, if
// a limit needs a controller that is only there.
func (g *Group) adopt(r *specs.LinuxResources) {
	if len(g.Trees) == 0 || g.v2() != nil {
		return
	}
	lacking := slices.DeleteFunc(asked(r), func(c string) bool { return g.v1(c) != nil })
	if len(lacking) == 0 {
		return
	}
	t := Tree{V2: true, Mount: knownUnified, Path: g.Trees[0].Path}
	text, _ := t.readAt("cgroup.controllers")
	for name := range strings.FieldsSeq(text) {
		if slices.ContainsFunc(lacking, func(c string) bool { return controllerV2(c) == name }) {
			g.Trees = append(g.Trees, t)
			return
		}
	}
	t.close()
}

// make makes the group's directory, and those above it that are missing. One that
// is there already must be unused, unless it is known to be ours.
func (t *Tree) make(r *specs.LinuxResources, known bool, all *[]made) error {
	if err := t.open(); err != nil {
		return err
	}
	err := unix.Mkdirat(t.top, t.Path, 0o755)
	switch err {
	case nil:
		*all = append(*all, made{t.top, t.Path})
		return t.inherit(t.Path, r)
	case unix.EEXIST:
		if known {
			return nil
		}
		return t.unused()
	case unix.ENOENT:
	default:
		return &Error{Doing: "make the cgroup " + t.Dir(), Err: err, Hint: hint("", err)}
	}
	for _, dir := range append(above(t.Path)[1:], t.Path) {
		err := unix.Mkdirat(t.top, dir, 0o755)
		if err != nil && err != unix.EEXIST {
			return &Error{Doing: "make the cgroup " + t.Mount + "/" + dir, Err: err, Hint: hint("", err)}
		}
		if err == nil {
			*all = append(*all, made{t.top, dir})
			if err := t.inherit(dir, r); err != nil {
				return err
			}
		}
	}
	return nil
}

// inherit gives a new cpuset of version 1 what it needs to hold a process; what
// the resources ask for comes later.
func (t *Tree) inherit(dir string, r *specs.LinuxResources) error {
	if !t.has("cpuset") {
		return nil
	}
	last := dir == t.Path && r != nil && r.CPU != nil
	if !last || r.CPU.Cpus == "" {
		if err := t.inheritFile(dir, "cpuset.cpus"); err != nil {
			return err
		}
	}
	if !last || r.CPU.Mems == "" {
		return t.inheritFile(dir, "cpuset.mems")
	}
	return nil
}

func (t *Tree) inheritFile(dir, file string) error {
	text, err := t.fill(parent(dir), file)
	if err == nil {
		err = t.writeAt(below(dir, file), text)
	}
	if err != nil {
		return &Error{Doing: "set " + file + " of " + t.Mount + "/" + dir + " to that of the cgroup above", Err: err, Hint: hint(file, err)}
	}
	return nil
}

// fill gives what a directory has, after filling it from above if it is empty.
func (t *Tree) fill(dir, file string) (string, error) {
	text, err := t.readAt(below(dir, file))
	if err != nil || len(text) > 1 || dir == "" { // an empty list is a line end
		return text, err
	}
	if text, err = t.fill(parent(dir), file); err == nil {
		err = t.writeAt(below(dir, file), text)
	}
	return text, err
}

// unused refuses a group that somebody uses.
func (t *Tree) unused() error {
	doing := "use the cgroup " + t.Dir() + ", which is there already"
	pids, err := t.pids(true)
	if err != nil && !gone(err) {
		return &Error{Doing: doing, Err: err, Hint: hint("", err)}
	}
	if len(pids) > 0 {
		return &Error{Doing: doing, Err: fmt.Errorf("container's cgroup is not empty: %d process(es) found", len(pids)), Hint: fmt.Sprintf("one is %d", pids[0])}
	}
	if frozen, _ := t.frozen(); frozen {
		return &Error{Doing: doing, Err: errors.New("container's cgroup unexpectedly frozen"), Hint: "thaw it, or remove it with rmdir"}
	}
	return nil
}

// vacant refuses a group that is there already and in use.
func (g *Group) vacant() error {
	for i := range g.Trees {
		t := &g.Trees[i]
		if err := t.open(); err != nil {
			return err
		}
		if unix.Faccessat(t.top, t.Path, unix.F_OK, 0) != nil {
			continue
		}
		if err := t.unused(); err != nil {
			return err
		}
	}
	return nil
}

// unmake removes directories, the last first. Somebody else may be in one that
// was above; then that stays.
func unmake(all []made) {
	for i := len(all) - 1; i >= 0; i-- {
		_ = unix.Unlinkat(all[i].top, all[i].path, unix.AT_REMOVEDIR)
	}
}
