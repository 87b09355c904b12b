package resources

import (
	"path"
	"strings"

	"golang.org/x/sys/unix"
)

// Config says where a container's cgroup is to be.
type Config struct {
	Path     string // linux.cgroupsPath as it stands in config.json
	ID       string // the container's
	Systemd  bool   // have systemd make it; Path is then slice:prefix:name
	Rootless bool   // without privileges: what may not be made is done without, if no limit asks for it

	// Annotations are the container's. Those named org.systemd.property.NAME set
	// a property of the unit, in GVariant's text format.
	Annotations map[string]string
}

// Group is a container's cgroup: a directory in each hierarchy. It is part of the
// container's state on disk. One without trees is valid and does nothing.
type Group struct {
	Trees    []Tree
	Unit     *Unit // systemd's, if it made the group
	Rootless bool

	optional bool // nobody named the path
	pending  *pending
}

// Tree is the group's directory in one hierarchy.
type Tree struct {
	V2          bool
	Controllers string // of version 1, as in /proc/PID/cgroup: "cpu,cpuacct"
	Mount       string // where the hierarchy is mounted
	Path        string // below Mount, without a slash at its start

	top, dir        int // Mount and Dir, opened as paths
	opened, entered bool
}

// Dir is the directory's path.
func (t *Tree) Dir() string { return path.Join(t.Mount, t.Path) }

// has says whether a hierarchy of version 1 carries a controller.
func (t *Tree) has(controller string) bool {
	for name := range strings.SplitSeq(t.Controllers, ",") {
		if name == controller {
			return !t.V2
		}
	}
	return false
}

// v1 finds the tree of version 1 with a controller.
func (g *Group) v1(controller string) *Tree {
	for i := range g.Trees {
		if g.Trees[i].has(controller) {
			return &g.Trees[i]
		}
	}
	return nil
}

// v2 is the tree of version 2, nil if there is none.
func (g *Group) v2() *Tree {
	for i := range g.Trees {
		if g.Trees[i].V2 {
			return &g.Trees[i]
		}
	}
	return nil
}

// Paths are the group's directories by controller; that of version 2 is under "".
func (g *Group) Paths() map[string]string {
	paths := make(map[string]string, len(g.Trees))
	for i := range g.Trees {
		t := &g.Trees[i]
		if t.V2 {
			paths[""] = t.Dir()
			continue
		}
		for name := range strings.SplitSeq(t.Controllers, ",") {
			paths[name] = t.Dir()
		}
	}
	return paths
}

// Close closes what the group holds open; it opens it again where needed.
func (g *Group) Close() {
	for i := range g.Trees {
		g.Trees[i].close()
	}
}

func (t *Tree) close() {
	if t.opened {
		unix.Close(t.top)
		t.opened = false
	}
	if t.entered {
		unix.Close(t.dir)
		t.entered = false
	}
}
