package bundle

import "github.com/opencontainers/runtime-spec/specs-go"

// linux checks config-linux.md, in the order of its type.
func (c *checker) linux(l *specs.Linux) {
	c.userMappings("uidMappings", l.UIDMappings)
	c.userMappings("gidMappings", l.GIDMappings)
	entries(c, "sysctl", l.Sysctl, (*checker).sysctl)
	within(c, "resources", l.Resources, (*checker).resources)
	c.cgroupsPath(l.CgroupsPath)
	c.namespaces(l.Namespaces)
	each(c, "devices", l.Devices, (*checker).device)
	c.netDevices(l.NetDevices)
	within(c, "seccomp", l.Seccomp, (*checker).seccomp)
	if l.RootfsPropagation != "" {
		known(c, "rootfsPropagation", l.RootfsPropagation, propagations)
	}
	c.hidden("maskedPaths", l.MaskedPaths)
	c.hidden("readonlyPaths", l.ReadonlyPaths)
	c.printable("mountLabel", l.MountLabel)
	within(c, "intelRdt", l.IntelRdt, (*checker).intelRdt)
	within(c, "memoryPolicy", l.MemoryPolicy, (*checker).memoryPolicy)
	within(c, "personality", l.Personality, (*checker).personality)
	entries(c, "timeOffsets", l.TimeOffsets, (*checker).timeOffset)
}

// hidden checks the sections "Masked Paths" and "Readonly Paths". Without a mount
// namespace they would be hidden from the host.
func (c *checker) hidden(name string, paths []string) {
	if len(paths) > 0 && !c.has(specs.MountNamespace) {
		c.refuse(name, "needs a mount namespace")
	}
	each(c, name, paths, func(c *checker, path *string) { c.absolute("", *path) })
}

// personality checks the section "Personality".
func (c *checker) personality(p *specs.LinuxPersonality) {
	known(c, "domain", p.Domain, personalityDomains)
	if len(p.Flags) > 0 {
		c.warn("flags", "the specification has none; they are passed over")
	}
}

// foreign tells of the sections of other platforms.
func (c *checker) foreign() {
	s := c.spec
	for _, section := range [...]struct {
		name  string
		there bool
	}{
		{"solaris", s.Solaris != nil}, {"windows", s.Windows != nil}, {"vm", s.VM != nil},
		{"zos", s.ZOS != nil}, {"freebsd", s.FreeBSD != nil},
	} {
		if section.there {
			c.warn(section.name, "passed over; this is a Linux container")
		}
	}
}
