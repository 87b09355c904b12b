package resources

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/sys/unix"

	"isle/internal/cgroup"
)

const (
	known        = "/sys/fs/cgroup" // where the hierarchies are by convention
	knownUnified = known + "/unified"
)

// Resolve says where a container's cgroup is to be. It makes nothing.
//
// An absolute path is below the hierarchy's mount. A relative one is below the
// cgroup that this process is in or, on version 2, beside that one, for a group
// with processes of its own cannot give controllers to those below. Without a
// path the container's id is one.
func Resolve(c Config) (*Group, error) {
	g := &Group{Rootless: c.Rootless, optional: c.Path == ""}
	if c.Systemd {
		return g, g.resolveUnit(c)
	}
	name := c.Path
	if name == "" {
		name = c.ID
	}
	clean, relative, err := cleanPath(name)
	if err != nil {
		return nil, err
	}
	if g.Trees, err = find(relative); err != nil {
		return nil, err
	}
	for i := range g.Trees {
		t := &g.Trees[i]
		switch {
		case !relative:
			t.Path = ""
		case t.V2:
			t.Path = parent(t.Path)
		}
		t.Path = below(t.Path, clean)
	}
	return g, nil
}

func (g *Group) resolveUnit(c Config) (err error) {
	if g.Unit, err = parseUnit(c); err != nil {
		return err
	}
	slice, _ := expandSlice(g.Unit.Slice)
	if g.Trees, err = find(false); err != nil {
		return err
	}
	if pure := len(g.Trees) == 1 && g.Trees[0].V2; g.Unit.User && pure {
		slice = below(userManager(g.Trees[0].Mount), slice)
	}
	for i := range g.Trees {
		g.Trees[i].Path = below(slice, g.Unit.Name)
	}
	return nil
}

// userManager is the cgroup of this user's own systemd, by the name that logind
// gives it (user@.service(5)): a mount of the group is planned before systemd has
// made it and can be asked. It is empty if the user has none.
func userManager(mount string) string {
	dirs, _ := filepath.Glob(mount + "/user.slice/user-*.slice/user@*.service")
	for _, dir := range dirs {
		var st unix.Stat_t
		if unix.Stat(dir, &st) == nil && int(st.Uid) == unix.Geteuid() {
			return strings.TrimPrefix(dir, mount+"/")
		}
	}
	return ""
}

// find lists the hierarchies. With own, each tree's path is the cgroup that this
// process is in. The table of mounts is read only if they are not where they
// usually are.
func find(own bool) ([]Tree, error) {
	var fs unix.Statfs_t
	if unix.Statfs(known, &fs) != nil {
		return search(own, false)
	}
	unified := int64(fs.Type) == unix.CGROUP2_SUPER_MAGIC //nolint:unconvert // 32 bits on some machines
	if unified && !own {
		return []Tree{{V2: true, Mount: known}}, nil
	}
	list, err := memberships(0)
	if err != nil {
		return nil, err
	}
	if trees, ok := guess(list, unified, own); ok {
		return trees, nil
	}
	return search(own, unified)
}

// guess takes the mounts to be in their usual places. It has failed if one is
// missing, or if it shows only part of a hierarchy and this process's place in
// that is to be known.
func guess(list []membership, unified, own bool) ([]Tree, bool) {
	trees := make([]Tree, 0, len(list))
	for _, m := range list {
		if !wanted(m.v2, m.controllers, unified) {
			continue
		}
		t := Tree{V2: m.v2, Controllers: m.controllers, Mount: known}
		if !m.v2 {
			t.Mount += "/" + strings.TrimPrefix(m.controllers, "name=")
		}
		failed := t.open() != nil
		if own {
			t.Path = strings.TrimPrefix(m.path, "/")
			failed = failed || t.Path != "" && !t.whole() || strings.HasPrefix(m.path, "/..")
		}
		if trees = append(trees, t); failed {
			closeTrees(trees)
			return nil, false
		}
	}
	return trees, len(trees) > 0
}

// wanted says which hierarchies a container is put in: version 2 if that is the
// only one, else those with controllers and systemd's own. Version 2 beside
// version 1 is taken in when a limit needs it (adopt).
func wanted(v2 bool, controllers string, unified bool) bool {
	if v2 || unified {
		return v2 && unified
	}
	return controllers == "name=systemd" || !strings.HasPrefix(controllers, "name=")
}

// whole says whether the mount shows its hierarchy from the root on, whose inode
// is 1, and not a part of it.
func (t *Tree) whole() bool {
	var st unix.Stat_t
	return t.open() == nil && unix.Fstat(t.top, &st) == nil && st.Ino == 1
}

// search reads the table of mounts. A hierarchy that is mounted nowhere is left
// out, for nobody here can limit by it. unified says that version 2 is in the
// usual place, whatever else is mounted elsewhere.
func search(own, unified bool) ([]Tree, error) {
	list, err := cgroup.Of(0)
	if err != nil {
		return nil, err
	}
	unified = unified || !slices.ContainsFunc(list, func(h cgroup.Hierarchy) bool { return !h.V2 && h.Mount != "" })
	var trees []Tree
	for _, h := range list {
		t := Tree{V2: h.V2, Mount: h.Mount}
		if !h.V2 {
			t.Controllers = strings.Join(h.Controllers, ",")
		}
		if h.Mount == "" || !wanted(t.V2, t.Controllers, unified) {
			continue
		}
		if own {
			dir, ok := strings.CutPrefix(h.Dir, h.Mount)
			if !ok {
				return nil, fmt.Errorf("cgroup %s is not below %s (linux.cgroupsPath can be absolute)", h.Path, h.Mount)
			}
			t.Path = strings.TrimPrefix(dir, "/")
		}
		trees = append(trees, t)
	}
	if len(trees) == 0 {
		return nil, errors.New("no cgroups are mounted")
	}
	return trees, nil
}

func closeTrees(trees []Tree) {
	for i := range trees {
		trees[i].close()
	}
}
