package bundle

import (
	"strings"

	"github.com/opencontainers/runtime-spec/specs-go"
)

// What mknod(2) takes.
const (
	mostMajor = 1<<12 - 1
	mostMinor = 1<<20 - 1
	mostMode  = 0o177777 // engines leave the type's bits in
)

// device checks the section "Devices".
func (c *checker) device(d *specs.LinuxDevice) {
	c.absolute("path", d.Path)
	switch d.Type {
	case "c", "b", "u":
		c.between("major", d.Major, 0, mostMajor)
		c.between("minor", d.Minor, 0, mostMinor)
	case "p":
	default:
		known(c, "type", d.Type, []string{"c", "b", "u", "p"})
	}
	if d.FileMode != nil {
		c.between("fileMode", int64(*d.FileMode), 0, mostMode)
	}
	if d.UID != nil {
		c.id("uid", *d.UID)
	}
	if d.GID != nil {
		c.id("gid", *d.GID)
	}
}

// deviceRule checks one entry of the section "Allowed Device list". -1 is written
// for "all" too.
func (c *checker) deviceRule(r *specs.LinuxDeviceCgroup) {
	if r.Type != "" {
		known(c, "type", r.Type, []string{"a", "c", "b"})
	}
	const most = 1<<32 - 1
	if r.Major != nil {
		c.between("major", *r.Major, -1, most)
	}
	if r.Minor != nil {
		c.between("minor", *r.Minor, -1, most)
	}
	if strings.Trim(r.Access, "rwm") != "" {
		c.refuse("access", quoted(r.Access)+" holds more than r, w and m")
	}
}

// netDevices checks the section "Network Devices". Two devices cannot have one name
// inside, unless the kernel numbers them ("%d").
func (c *checker) netDevices(devices map[string]specs.LinuxNetDevice) {
	if len(devices) > 0 && !c.has(specs.NetworkNamespace) {
		c.refuse("netDevices", "needs a network namespace to move them to")
	}
	taken := map[string]bool{}
	entries(c, "netDevices", devices, func(c *checker, name string, d specs.LinuxNetDevice) {
		c.interfaceName("", name)
		if d.Name != "" {
			name = d.Name
			c.interfaceName("name", name)
		}
		if taken[name] && !strings.Contains(name, "%d") {
			c.refuse("", "would be the second "+quoted(name)+" in the container")
		}
		taken[name] = true
	})
}

// interfaceName wants a name that a network interface can have.
func (c *checker) interfaceName(name, value string) {
	if !isInterface(value) {
		c.refuse(name, quoted(value)+" is no network interface's name")
	}
}

// isInterface says whether the kernel takes name for a network interface: 1 to 15
// bytes without white space, '/' and ':' (netdevice(7)).
func isInterface(name string) bool {
	const longest = 15
	return name != "" && name != "." && name != ".." && len(name) <= longest &&
		!strings.ContainsAny(name, "/: \t\n\v\f\r")
}
