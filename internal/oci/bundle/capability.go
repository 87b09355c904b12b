package bundle

import (
	"strings"

	"github.com/opencontainers/runtime-spec/specs-go"
)

// capabilities checks the five sets. What cannot be granted is a warning, as the
// specification wants ("Linux Process"): one a set, since engines of before 2022
// write ambient sets of a dozen without an inheritable one.
func (c *checker) capabilities(caps *specs.LinuxCapabilities) {
	each(c, "bounding", caps.Bounding, (*checker).capability)
	each(c, "effective", caps.Effective, (*checker).capability)
	c.granted("effective", caps.Effective, "permitted", caps.Permitted)
	each(c, "inheritable", caps.Inheritable, (*checker).capability)
	c.granted("inheritable", caps.Inheritable, "bounding", caps.Bounding)
	each(c, "permitted", caps.Permitted, (*checker).capability)
	each(c, "ambient", caps.Ambient, (*checker).capability)
	c.granted("ambient", caps.Ambient, "permitted", caps.Permitted)
	c.granted("ambient", caps.Ambient, "inheritable", caps.Inheritable)
}

func (c *checker) capability(name *string) {
	if position(*name, capabilities) < 0 {
		c.warn("", quoted(*name)+" is no capability that Linux has; it is not granted")
	}
}

// granted checks capabilities that the kernel takes only with those of another
// set (capset(2); prctl(2), PR_CAP_AMBIENT).
func (c *checker) granted(name string, wanted []string, other string, set []string) {
	var missing []string
	for _, capability := range wanted {
		if position(capability, capabilities) >= 0 && position(capability, set) < 0 {
			missing = append(missing, capability)
		}
	}
	switch len(missing) {
	case 0:
	case 1:
		c.warn(name, missing[0]+" is not in "+other+"; it is not granted")
	default:
		c.warn(name, strings.Join(missing, ", ")+" are not in "+other+"; they are not granted")
	}
}
