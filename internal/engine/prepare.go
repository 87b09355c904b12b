package engine

import (
	specs "github.com/opencontainers/runtime-spec/specs-go"

	"isle/internal/container"
	"isle/internal/oci"
)

// prepare is what the OCI runtime is told of the container.
func (c *Container) prepare() (*container.Options, *specs.Spec, error) {
	i, err := c.image()
	if err != nil {
		return nil, nil, err
	}
	layers, err := c.engine.Images.Layers(i)
	if err != nil {
		return nil, nil, err
	}
	spec := &specs.Spec{Version: "1.2.0", Root: &specs.Root{Path: c.Path("rootfs")}, Process: &specs.Process{Args: c.Request.Command, Cwd: "/", Terminal: c.Request.Terminal, Env: []string{"PATH=/bin:/usr/bin"}},
		Mounts: []specs.Mount{{Destination: "/proc", Type: "proc", Source: "proc"}},
		Linux:  &specs.Linux{Namespaces: []specs.LinuxNamespace{{Type: "pid"}, {Type: "mount"}, {Type: "ipc"}, {Type: "uts"}, {Type: "network"}}}}
	return &container.Options{Layered: &oci.Layered{Lowers: layers, Upper: c.Path("upper"), Work: c.Path("work")}}, spec, nil
}
