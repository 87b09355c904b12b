package container

import (
	"fmt"

	specs "github.com/opencontainers/runtime-spec/specs-go"

	"isle/internal/oci/resctrl"
)

// share is the group of resctrl that a configuration puts the container into, nil
// if it says nothing of one (OCI runtime specification, "IntelRdt").
func share(spec *specs.Spec, id string) (*resctrl.Group, error) {
	if spec.Linux.IntelRdt == nil {
		return nil, nil
	}
	fs, err := resctrl.Find()
	if err != nil {
		return nil, fmt.Errorf("linux.intelRdt: %w", err)
	}
	return fs.Resolve(spec.Linux.IntelRdt, id)
}

// updateShare gives the container's group of resctrl other shares. nil changes
// nothing.
func (c *Container) updateShare(wanted *specs.LinuxIntelRdt) error {
	if wanted == nil {
		return nil
	}
	spec, err := c.Spec()
	if err != nil {
		return err
	}
	group, err := share(spec, c.ID)
	if err != nil {
		return err
	}
	if group == nil {
		return fmt.Errorf("container %q was made without linux.intelRdt: it has no group of resctrl whose shares could be changed", c.ID)
	}
	return group.Update(wanted)
}
