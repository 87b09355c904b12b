package bundle

import (
	"strconv"

	"github.com/opencontainers/runtime-spec/specs-go"
)

// namespace returns the first entry of a type, or nil: the container is in the
// runtime's own then.
func (c *checker) namespace(kind specs.LinuxNamespaceType) *specs.LinuxNamespace {
	if c.spec.Linux == nil {
		return nil
	}
	for i := range c.spec.Linux.Namespaces {
		if ns := &c.spec.Linux.Namespaces[i]; ns.Type == kind {
			return ns
		}
	}
	return nil
}

// has says whether the container is in a namespace of a type that is listed.
func (c *checker) has(kind specs.LinuxNamespaceType) bool { return c.namespace(kind) != nil }

// makes says whether the container gets a new namespace of a type.
func (c *checker) makes(kind specs.LinuxNamespaceType) bool {
	ns := c.namespace(kind)
	return ns != nil && ns.Path == ""
}

// namespaces checks the section "Namespaces".
func (c *checker) namespaces(list []specs.LinuxNamespace) {
	var seen [8]bool
	each(c, "namespaces", list, func(c *checker, ns *specs.LinuxNamespace) {
		known(c, "type", ns.Type, namespaceTypes)
		if i := position(string(ns.Type), namespaceTypes); i >= 0 {
			if seen[i] {
				c.refuse("type", "a namespace of type "+string(ns.Type)+" is there twice")
			}
			seen[i] = true
		}
		if ns.Path != "" {
			c.absolute("path", ns.Path)
		}
	})
	if len(c.spec.Mounts) > 0 && !c.has(specs.MountNamespace) {
		c.warn("namespaces", "without one of type mount, what .mounts names is mounted in the runtime's own")
	}
}

// userMappings checks the section "User namespace mappings". That a new user
// namespace has none is what "crun spec --rootless" writes.
func (c *checker) userMappings(name string, list []specs.LinuxIDMapping) {
	switch ns := c.namespace(specs.UserNamespace); {
	case ns == nil && len(list) > 0:
		c.refuse(name, "needs a user namespace")
	case ns != nil && ns.Path == "" && len(list) == 0:
		c.warn(name, "missing; the caller alone is mapped, to 0")
	case ns != nil && ns.Path != "" && len(list) > 0:
		c.warn(name, "the user namespace at "+quoted(ns.Path)+" has its own mappings, which count")
	}
	c.mappings(name, list)
}

// utsName checks hostname or domainname: sethostname(2) and setdomainname(2) take
// 64 bytes, and without a UTS namespace would rename the host.
func (c *checker) utsName(name, value string) {
	const longest = 64
	if value == "" {
		return
	}
	if !c.has(specs.UTSNamespace) {
		c.refuse(name, "needs a uts namespace")
	}
	if len(value) > longest {
		c.refuse(name, strconv.Itoa(len(value))+" bytes; the kernel takes "+strconv.Itoa(longest))
	}
}

// timeOffset checks the section "Offset for Time Namespace" for what
// time_namespaces(7) refuses.
func (c *checker) timeOffset(clock string, offset specs.LinuxTimeOffset) {
	const (
		mostSeconds     = 9223372036 // 64 bits of nanoseconds
		mostNanoseconds = 999_999_999
	)
	if !c.makes(specs.TimeNamespace) {
		c.refuse("", "needs a new time namespace")
	}
	known(c, "", clock, clocks)
	c.between("secs", offset.Secs, -mostSeconds, mostSeconds)
	c.between("nanosecs", int64(offset.Nanosecs), 0, mostNanoseconds)
}
