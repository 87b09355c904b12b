package bundle

import "github.com/opencontainers/runtime-spec/specs-go"

// capabilities checks the five sets. What cannot be granted is a warning each, as
// the specification wants ("Linux Process").
func (c *checker) capabilities(caps *specs.LinuxCapabilities) {
	each(c, "bounding", caps.Bounding, (*checker).capability)
	each(c, "effective", caps.Effective, c.granted("permitted", caps.Permitted))
	each(c, "inheritable", caps.Inheritable, (*checker).capability)
	each(c, "permitted", caps.Permitted, (*checker).capability)
	inherited := c.granted("inheritable", caps.Inheritable)
	permitted := c.granted("permitted", caps.Permitted)
	each(c, "ambient", caps.Ambient, func(c *checker, name *string) {
		permitted(c, name)
		if position(*name, capabilities) >= 0 {
			inherited(c, name)
		}
	})
}

func (c *checker) capability(name *string) {
	if position(*name, capabilities) < 0 {
		c.warn("", quoted(*name)+" is no capability that Linux has; it is not granted")
	}
}

// granted checks a capability that the kernel takes only with one in another set
// (capset(2); prctl(2), PR_CAP_AMBIENT).
func (c *checker) granted(name string, set []string) func(*checker, *string) {
	return func(c *checker, wanted *string) {
		c.capability(wanted)
		if position(*wanted, capabilities) >= 0 && position(*wanted, set) < 0 {
			c.warn("", *wanted+" is not in "+name+"; it is not granted")
		}
	}
}
