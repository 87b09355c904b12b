package resources

import (
	"errors"
	"fmt"
	"path"
	"strings"
)

// Enter gives the group that a further process of the container is to join. subs
// are what exec's --cgroup says: one path below the container's group, or in
// version 1 CONTROLLER[,CONTROLLER]:PATH for some hierarchies.
//
// In version 2 a group whose children have controllers holds no processes. A
// container that has made such is in one of its children then, and the new
// process joins its first, init, there.
func (g *Group) Enter(subs []string, init int) (*Group, error) {
	e := &Group{Unit: g.Unit, Rootless: g.Rootless}
	for i := range g.Trees {
		t := &g.Trees[i]
		e.Trees = append(e.Trees, Tree{V2: t.V2, Controllers: t.Controllers, Mount: t.Mount, Path: t.Path})
	}
	for _, sub := range subs {
		if err := e.descend(sub, len(subs)); err != nil {
			return nil, fmt.Errorf("--cgroup %.300q: %w", sub, err)
		}
	}
	if t := e.v2(); t != nil && len(subs) == 0 && init > 0 {
		defer t.close()
		if text, err := t.read("cgroup.subtree_control"); gone(err) || err == nil && strings.TrimSpace(text) != "" {
			return e, t.follow(init)
		}
	}
	return e, nil
}

func (g *Group) descend(sub string, count int) error {
	controllers, name, some := strings.Cut(sub, ":")
	if !some {
		controllers, name = "", sub
	}
	clean, err := cleanBelow(name)
	switch {
	case err != nil:
		return err
	case some && controllers == "":
		return errors.New("no controller before the colon")
	case !some && count > 1:
		return errors.New("of several, each needs a controller before a colon")
	}
	if !some {
		for i := range g.Trees {
			g.Trees[i].Path = path.Join(g.Trees[i].Path, clean)
		}
		return nil
	}
	for c := range strings.SplitSeq(controllers, ",") {
		t := g.v1(c)
		if t == nil {
			return fmt.Errorf("no hierarchy of version 1 has the controller %.100q", c)
		}
		if t.entered { // here: named before
			return fmt.Errorf("the hierarchy of %.100q is named twice", c)
		}
		t.Path, t.entered = path.Join(t.Path, clean), true
	}
	return nil
}

// cleanBelow checks a path that is to be below a group, "" and "/" being that.
func cleanBelow(name string) (string, error) {
	if strings.Trim(name, "/") == "" {
		return "", nil
	}
	clean, _, err := cleanPath("/" + name)
	return clean, errors.Unwrap(err)
}

// follow moves to the group that a process is in. A container that may write to
// the cgroup tree may be anywhere in it; only below its own group it is followed.
func (t *Tree) follow(pid int) error {
	list, err := memberships(pid)
	if err != nil {
		return err
	}
	base := "/" + t.Path
	for _, m := range list {
		if !m.v2 {
			continue
		}
		if m.path != base && !strings.HasPrefix(m.path, base+"/") || strings.HasSuffix(m.path, " (deleted)") {
			return fmt.Errorf("process %d of the container is in the cgroup %.300q, which is not below %s", pid, m.path, base)
		}
		t.Path = m.path[1:]
		return nil
	}
	return fmt.Errorf("process %d is in no cgroup of version 2", pid)
}
