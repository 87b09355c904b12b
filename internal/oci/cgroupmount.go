package oci

import (
	"path"

	specs "github.com/opencontainers/runtime-spec/specs-go"
	"golang.org/x/sys/unix"

	"isle/internal/plan"
	"isle/ns"
)

const pidKind = ns.PID

// cgroupMount is a mount that shows the container its cgroups, and none of
// others': with a cgroup namespace they are mounted anew, otherwise its own are
// bound. Without one the container could write to those above it on version 2,
// so it gets them read-only if it is not the host's root (CVE-2023-25809).
func (c *Container) cgroupMount(m *specs.Mount, f *mountFlags, target string) ([]plan.Step, error) {
	if c.Cgroups.Unified {
		return []plan.Step{c.unifiedMount(m, f, target)}, nil
	}
	flags := f.flags &^ unix.MS_RDONLY
	steps := []plan.Step{&plan.Fresh{Root: c.root, Exact: true,
		MountType: plan.MountType{Source: "tmpfs", Target: target, Type: "tmpfs", Flags: flags &^ unix.MS_RDONLY, Data: "mode=755"}}}
	for _, tree := range c.Cgroups.Own {
		steps = append(steps, c.hierarchyMount(tree, f, path.Join(target, tree.Name)))
	}
	links := cgroupLinks(c.Cgroups.Own)
	if len(links) > 0 {
		steps = append(steps, &plan.DirectoryLinks{Root: c.root, Dir: target, Links: links})
	}
	if changes := append([]plan.Change{attributesOf(f.flags)}, f.changes(false)...); f.flags&unix.MS_RDONLY != 0 {
		changes[0].Recursive = false
		steps = append(steps, &plan.ChangeMount{Root: c.root, Path: target, Changes: changes})
	}
	return steps, nil
}

func (c *Container) unifiedMount(m *specs.Mount, f *mountFlags, target string) plan.Step {
	// The configuration may have bound the host's /sys, with its hierarchy.
	fresh := &plan.Fresh{Root: c.root, Exact: true, Detached: true, Changes: f.changes(false),
		MountType: plan.MountType{Source: "cgroup", Target: target, Type: "cgroup2", Flags: f.flags}}
	own := "/sys/fs/cgroup"
	if len(c.Cgroups.Own) > 0 {
		own = c.Cgroups.Own[0].Dir
	}
	if c.created.Has(ns.Cgroup) || c.joined.Has(ns.Cgroup) {
		fresh.Or = c.hostTree(own, target, f)
		return fresh
	}
	flags := *f
	if c.inUserNamespace() {
		flags.flags |= unix.MS_RDONLY
	}
	return c.hostTree(own, target, &flags)
}

// hierarchyMount shows one hierarchy of version 1.
func (c *Container) hierarchyMount(tree CgroupTree, f *mountFlags, target string) plan.Step {
	if !c.created.Has(ns.Cgroup) && !c.joined.Has(ns.Cgroup) {
		return c.hostTree(tree.Dir, target, f)
	}
	return &plan.Fresh{Root: c.root, Exact: true,
		MountType: plan.MountType{Source: "cgroup", Target: target, Type: "cgroup", Flags: f.flags, Data: tree.Options}}
}

// cgroupLinks are the links that lead to hierarchies of several controllers by
// the name of each.
func cgroupLinks(trees []CgroupTree) [][2]string {
	var links [][2]string
	for _, t := range trees {
		start := 0
		for i := 0; i <= len(t.Name); i++ {
			if i < len(t.Name) && t.Name[i] != ',' {
				continue
			}
			if name := t.Name[start:i]; name != t.Name {
				links = append(links, [2]string{t.Name, name})
			}
			start = i + 1
		}
	}
	return links
}
