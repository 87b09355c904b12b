package resources

import (
	"strings"

	specs "github.com/opencontainers/runtime-spec/specs-go"
	"golang.org/x/sys/unix"
)

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
		return g.Vacant()
	}
	return g.create(r)
}

// create does without a directory that the user may not make if that is beside
// version 1, where users are given none, or if nobody named a path. A limit that
// needs it fails afterwards.
func (g *Group) create(r *specs.LinuxResources) (err error) {
	pure := g.v2() != nil
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
		if err != nil && g.Rootless && refused(err) && (!pure || g.optional) {
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
		t.enable(g.needed(*r), len(g.Trees) == 1)
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

// adopt takes in a hierarchy of version 2 that is beside those of version 1, if a
// controller is needed that is only there.
func (g *Group) adopt(r *specs.LinuxResources) {
	if len(g.Trees) == 0 || g.v2() != nil {
		return
	}
	needed := g.needed(r)
	if len(needed) == 0 {
		return
	}
	t := Tree{V2: true, Mount: knownUnified, Path: g.Trees[0].Path}
	text, _ := t.readAt("cgroup.controllers")
	for name := range strings.FieldsSeq(text) {
		if isNeeded(name, needed) {
			g.Trees = append(g.Trees, t)
			return
		}
	}
	t.close()
}

// Vacant refuses a group that is there already and in use, with ErrInUse.
func (g *Group) Vacant() error {
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
