package oci

import (
	"fmt"
	"os"
	"path"
	"sort"
	"strings"

	specs "github.com/opencontainers/runtime-spec/specs-go"
	"golang.org/x/sys/unix"

	"isle/internal/plan"
	"isle/ns"
)

// mounts are the steps of the bundle's mounts, in its order.
func (c *Container) mounts() ([]plan.Step, error) {
	var steps []plan.Step
	for i := range c.Spec.Mounts {
		list, err := c.mount(&c.Spec.Mounts[i])
		if err != nil {
			return nil, fmt.Errorf("mounts[%d]: %w", i, err)
		}
		steps = append(steps, list...)
	}
	return steps, nil
}

func (c *Container) mount(m *specs.Mount) ([]plan.Step, error) {
	f := readOptions(m)
	target := path.Clean("/" + m.Destination)
	switch {
	case target == "/":
		return nil, fmt.Errorf("a mount on / would cover the root itself")
	case f.bind():
		return c.bind(m, f, c.reach(target))
	case m.Type == "cgroup" || m.Type == "cgroup2":
		return c.cgroupMount(m, f, target)
	}
	if !exact(m.Type) {
		target = c.reach(target)
	}
	return []plan.Step{c.fresh(m, f, target)}, nil
}

// fresh is a new file system. Those that show the kernel are mounted on no path
// that an image's links have a say in.
func (c *Container) fresh(m *specs.Mount, f *mountFlags, target string) plan.Step {
	source := m.Source
	if source == "" {
		source = m.Type
	}
	step := &plan.Fresh{Root: c.root, Exact: exact(m.Type), Changes: f.changes(false),
		MountType: plan.MountType{Source: source, Target: target, Type: m.Type, Flags: f.flags, Data: f.data}}
	step.KeepMode = m.Type == "tmpfs" && !strings.Contains(","+f.data, ",mode=")
	if f.copyUp {
		step.CopyUp = copyTree
	}
	switch {
	case m.Type == "sysfs" && c.inUserNamespace():
		// The kernel grants one to the owner of the network namespace only.
		step.Or = c.hostTree("/sys", target, f)
	case m.Type == "proc" && !c.created.Has(pidKind):
		step.Or = c.hostTree("/proc", target, f)
	}
	return step
}

func exact(kind string) bool { return kind == "proc" || kind == "sysfs" || kind == "mqueue" }

// hostTree is the host's own instance, for where the kernel refuses a new one.
func (c *Container) hostTree(source, target string, f *mountFlags) *plan.Bind {
	bind := &plan.Bind{Root: c.root, Source: source, Target: target, Exact: true, Changes: []plan.Change{attributesOf(f.flags)}}
	return bind
}

// attributesOf are the attributes that flags of mount(2) stand for.
func attributesOf(flags uint64) plan.Change {
	change := plan.Change{Recursive: true}
	for i := range mountOptions {
		if o := &mountOptions[i]; flags&o.flag != 0 && !o.clear && o.attribute&^atime != 0 && o.attribute&atime == 0 {
			change.Set |= o.attribute
		}
	}
	return change
}

// bind is a mount of a file or directory of the host.
func (c *Container) bind(m *specs.Mount, f *mountFlags, target string) ([]plan.Step, error) {
	if f.data != "" {
		c.warn("mount on %s: a bind has no options for its file system, %q is passed over", m.Destination, f.data)
	}
	source := c.absolute(m.Source)
	info, err := lookup(source)
	if err != nil {
		return nil, fmt.Errorf("source of the mount on %s: %w", m.Destination, err)
	}
	step := &plan.Bind{Root: c.root, Source: source, Target: target, File: !info.IsDir(), Flat: f.flags&unix.MS_REC == 0, NoLinks: f.noLinks, Changes: f.changes(true)}
	if len(m.UIDMappings) > 0 || f.idmap != "" {
		if step.Tree, err = c.mappedTree(m, f, source); err != nil {
			return nil, fmt.Errorf("id-mapped mount on %s: %w", m.Destination, err)
		}
	}
	if step.Tree == 0 && c.created.Has(ns.User) && os.Geteuid() == 0 {
		if step.Tree, err = ownTree(f, source); err != nil {
			return nil, fmt.Errorf("mount on %s: %w", m.Destination, err)
		}
	}
	return []plan.Step{step}, nil
}

// sysctl sets the parameters that the bundle names.
func (c *Container) sysctl() plan.Step {
	if len(c.Spec.Linux.Sysctl) == 0 {
		return nil
	}
	step := &plan.Sysctl{}
	for name := range c.Spec.Linux.Sysctl {
		step.Names = append(step.Names, name)
	}
	sort.Strings(step.Names)
	for _, name := range step.Names {
		step.Values = append(step.Values, c.Spec.Linux.Sysctl[name])
	}
	return step
}
