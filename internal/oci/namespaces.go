package oci

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	specs "github.com/opencontainers/runtime-spec/specs-go"

	"isle/internal/idmap"
	"isle/internal/plan"
	"isle/ns"
	"isle/sandbox"
)

// kinds are the specification's names of namespaces.
var kinds = [...]struct {
	name specs.LinuxNamespaceType
	kind ns.Kind
}{
	{specs.UserNamespace, ns.User}, {specs.PIDNamespace, ns.PID}, {specs.MountNamespace, ns.Mount}, {specs.NetworkNamespace, ns.Net},
	{specs.UTSNamespace, ns.UTS}, {specs.IPCNamespace, ns.IPC}, {specs.CgroupNamespace, ns.Cgroup}, {specs.TimeNamespace, ns.Time},
}

// KindOf is the kind that the specification has that name for.
func KindOf(name specs.LinuxNamespaceType) (ns.Kind, bool) {
	for _, k := range kinds {
		if k.name == name {
			return k.kind, true
		}
	}
	return 0, false
}

// namespaces adds the steps from the clone to a process that has its
// namespaces, its ids and its cgroup.
func (c *Container) namespaces() error {
	join := &plan.JoinFiles{}
	for i, n := range c.Spec.Linux.Namespaces {
		kind, ok := KindOf(n.Type)
		if !ok {
			return fmt.Errorf("linux.namespaces[%d].type: unknown namespace %q", i, n.Type)
		}
		if n.Path == "" {
			c.created = c.created.With(kind)
			continue
		}
		c.joined = c.joined.With(kind)
		join.Sources = append(join.Sources, plan.Source{Kind: kind, Path: n.Path, Socket: -1})
	}
	if c.exposed() {
		c.p.Add(&plan.Shed{Preserve: c.PreserveFDs, Keep: c.kept()})
	}
	if len(join.Sources) > 0 {
		c.door()
		c.p.Add(join)
	}
	if c.joined.Has(ns.User) {
		c.becomeRoot()
	}
	c.p.Add(&plan.Create{Kinds: c.created.Without(ns.Cgroup)})
	c.door()
	if err := c.mapIDs(); err != nil {
		return err
	}
	c.timeOffsets()
	c.p.EnterTime(c.created)
	if c.Enter != nil {
		c.p.Add(c.Enter)
	}
	if c.created.Has(ns.Cgroup) {
		c.p.Add(&plan.UnshareCgroup{})
	}
	return nil
}

// exposed says whether other processes see this one before it executes the
// container's program, because it joins them.
func (c *Container) exposed() bool {
	return c.joined.Has(ns.PID) || c.joined.Has(ns.User) || !c.created.Has(ns.PID)
}

// kept are descriptors that the steps use which come after a Shed.
func (c *Container) kept() []int {
	var keep []int
	if c.Gate != nil {
		keep = append(keep, c.Gate.Socket)
	}
	if c.exposed() && c.Doors != nil {
		keep = append(keep, c.Doors.Files...)
	}
	return keep
}

// door adds the step into the cgroups of version 1, once: before the first
// namespace is entered, or else right after the clone.
func (c *Container) door() {
	if c.Doors != nil && !c.entered {
		c.p.Add(c.Doors)
	}
	c.entered = true
}

func (c *Container) mapIDs() error {
	if !c.created.Has(ns.User) {
		return nil
	}
	host := idmap.Local()
	linux := c.Spec.Linux
	if len(linux.UIDMappings) == 0 && len(linux.GIDMappings) == 0 {
		// As in the examples of engines for ordinary users: the caller is root.
		linux.UIDMappings = []specs.LinuxIDMapping{{HostID: host.EUID, Size: 1}}
		linux.GIDMappings = []specs.LinuxIDMapping{{HostID: host.EGID, Size: 1}}
	}
	m, err := sandbox.MapStep(host, toMap(linux.UIDMappings), toMap(linux.GIDMappings))
	if err != nil {
		return fmt.Errorf("linux.uidMappings and gidMappings: %w", err)
	}
	c.maps = m
	c.p.Add(m)
	if err := c.openLayers(); err != nil {
		return err
	}
	c.becomeRoot()
	return nil
}

func toMap(list []specs.LinuxIDMapping) idmap.Map {
	var m idmap.Map
	for _, l := range list {
		m = append(m, idmap.Range{Inside: l.ContainerID, Outside: l.HostID, Count: l.Size})
	}
	return m
}

// becomeRoot makes the process user 0 of its user namespace, or the program's
// user if there is no 0: what it makes would belong to no one otherwise, which
// file systems refuse.
func (c *Container) becomeRoot() {
	var uid, gid uint32
	if c.maps != nil && !hasID(c.Spec.Linux.UIDMappings, 0) {
		uid = c.Spec.Process.User.UID
	}
	if c.maps != nil && !hasID(c.Spec.Linux.GIDMappings, 0) {
		gid = c.Spec.Process.User.GID
	}
	c.p.Add(&plan.Identity{UID: &uid, GID: &gid, DropGroups: !c.groupsDenied(), TolerateGroups: true})
}

func hasID(list []specs.LinuxIDMapping, id uint32) bool {
	for _, m := range list {
		if id >= m.ContainerID && id-m.ContainerID < m.Size {
			return true
		}
	}
	return false
}

// groupsDenied says that the additional groups are left as they are.
func (c *Container) groupsDenied() bool {
	return c.maps != nil && c.maps.Setgroups == "deny" || keepsGroups(c.Spec) || c.joinedDeny()
}

// joinedDeny says whether the user namespace that is joined lets nobody set them, as
// that of a user without subordinate ids (user_namespaces(7)).
func (c *Container) joinedDeny() bool {
	for _, n := range c.Spec.Linux.Namespaces {
		if process, of := strings.CutSuffix(n.Path, "/ns/user"); of && n.Type == specs.UserNamespace {
			text, err := os.ReadFile(process + "/setgroups")
			return err == nil && strings.HasPrefix(string(text), "deny")
		}
	}
	return false
}

func (c *Container) timeOffsets() {
	offsets := c.Spec.Linux.TimeOffsets
	if len(offsets) == 0 {
		return
	}
	step := &plan.TimeOffsets{}
	for name, o := range offsets {
		switch seconds := o.Secs; name {
		case "monotonic":
			step.Monotonic, step.MonotonicNanos = &seconds, o.Nanosecs
		case "boottime":
			step.Boottime, step.BoottimeNanos = &seconds, o.Nanosecs
		}
	}
	c.p.Add(step)
}

// names adds what the new namespaces are called and set to. It comes before
// the pivot, while /proc is the host's.
func (c *Container) names() error {
	if c.Spec.Hostname != "" || c.Spec.Domainname != "" {
		c.p.Add(&plan.Hostname{Host: c.Spec.Hostname, Domain: c.Spec.Domainname})
	}
	if c.created.Has(ns.Net) {
		c.p.Add(&plan.Loopback{}) // as other runtimes do
	}
	return nil
}

// absolute is a path of the host as the bundle has it.
func (c *Container) absolute(path string) string {
	if filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(c.Bundle, path)
}

// lookup is a file of the host, for whoever needs to know what it is.
func lookup(path string) (os.FileInfo, error) { return os.Stat(path) }

// NameOf is the specification's name of a kind.
func NameOf(kind ns.Kind) specs.LinuxNamespaceType {
	for _, k := range kinds {
		if k.kind == kind {
			return k.name
		}
	}
	return ""
}
