package bundle

import (
	"slices"

	"github.com/opencontainers/runtime-spec/specs-go"
)

// root checks the section "Root". Whether the folder is there is seen when it is
// opened.
func (c *checker) root(r *specs.Root) {
	if r.Path == "" {
		c.refuse("path", "missing; want the root filesystem's folder, absolute or from the bundle")
	}
	c.short("path", r.Path)
}

// mount checks the sections "Mounts" and "POSIX-platform Mounts".
func (c *checker) mount(m *specs.Mount) {
	if m.Destination != "" && m.Destination[0] != '/' {
		c.warn("destination", quoted(m.Destination)+" is relative, which is deprecated; it is taken from /")
		c.short("destination", m.Destination)
	} else {
		c.absolute("destination", m.Destination)
	}
	bind := m.Type == "bind" || slices.Contains(m.Options, "bind") || slices.Contains(m.Options, "rbind")
	if m.Type == "" && !bind && !slices.Contains(m.Options, "remount") {
		c.refuse("type", "missing; want a filesystem, such as tmpfs, or the option bind or rbind")
	}
	if m.Source == "" && bind {
		c.refuse("source", "missing; want what to bind, absolute or from the bundle")
	}
	c.short("source", m.Source)
	c.idmap(m)
}

// idmap checks the ids of an id-mapped mount: uidMappings and gidMappings go
// together, and where both are absent those of the user namespace are taken.
func (c *checker) idmap(m *specs.Mount) {
	wanted := slices.Contains(m.Options, "idmap") || slices.Contains(m.Options, "ridmap")
	uids, gids := len(m.UIDMappings) > 0, len(m.GIDMappings) > 0
	linux := c.spec.Linux
	if linux == nil {
		linux = &specs.Linux{}
	}
	if _, _, err := MappingOption(m, linux); err != nil {
		c.refuse("options", err.Error())
	}
	switch {
	case !uids && !gids && wanted && !c.has(specs.UserNamespace):
		c.refuse("options", "idmap without uidMappings and gidMappings takes those of the user namespace, and there is none")
	case (uids || gids) && !wanted:
		c.warn("options", "neither idmap nor ridmap is there, so that older runtimes pass over uidMappings and gidMappings")
	}
	if gids && !uids {
		c.refuse("uidMappings", "missing; it goes together with gidMappings")
	}
	c.mappings("uidMappings", m.UIDMappings)
	if uids && !gids {
		c.refuse("gidMappings", "missing; it goes together with uidMappings")
	}
	c.mappings("gidMappings", m.GIDMappings)
}
