package engine

import (
	"fmt"

	specs "github.com/opencontainers/runtime-spec/specs-go"

	"isle/internal/container"
	"isle/internal/engine/request"
	"isle/internal/engine/setup"
	"isle/internal/idmap"
	"isle/internal/image/store"
	"isle/internal/oci"
)

// prepare is what the OCI runtime is told of the container, after all has been
// done that comes before its start.
func (c *Container) prepare() (*container.Options, *specs.Spec, error) {
	in, layered, err := c.input()
	if err != nil {
		return nil, nil, err
	}
	s, err := setup.Spec(in)
	if err != nil {
		return nil, nil, err
	}
	c.State.Volumes = s.Anonymous
	if len(s.IDs) > 0 {
		c.State.IDs = s.IDs
	}
	files := Files{s.Copies, s.Chowns}
	if err := files.ready(); err != nil {
		return nil, nil, err
	}
	if layered != nil && !c.Request.Rootless { // ids of layers are those of their images
		layered.IDMapped = len(s.Spec.Linux.UIDMappings) > 0
	}
	return &container.Options{Layered: layered, NoCgroups: s.NoCgroups, Systemd: s.Systemd, Rootless: c.Request.Rootless}, s.Spec, nil
}

// input is what the configuration is made of.
func (c *Container) input() (*setup.Input, *oci.Layered, error) {
	in := &setup.Input{
		Warn:    func(err error) { c.State.Warnings = append(c.State.Warnings, err.Error()) },
		Request: &c.Request, Root: c.Path("rootfs"), Dir: c.dir,
		Container: c.engine.joined, Other: c.engine.other, Volume: c.engine.volume, Secret: c.engine.secret, ImageRoot: c.engine.layersOf, Taken: c.engine.taken,
	}
	if c.Request.Image.RootFS != "" {
		in.Root, in.Layers = c.Request.Image.RootFS, setup.Layers{c.Request.Image.RootFS}
		return in, nil, nil
	}
	i, err := c.image()
	if err != nil {
		return nil, nil, err
	}
	layered, err := c.layered(i)
	if err != nil {
		return nil, nil, err
	}
	in.Image, in.Layers = &i.Config, append(setup.Layers{layered.Upper}, layered.Lowers...)
	return in, layered, nil
}

// layered is what the root is put together of.
func (c *Container) layered(i *store.Image) (*oci.Layered, error) {
	lowers, err := c.engine.Images.Layers(i)
	return &oci.Layered{Lowers: lowers, Upper: c.Path("upper"), Work: c.Path("work"), Volatile: c.Request.Remove && (c.Request.Restart == "" || c.Request.Restart == "no")}, err
}

// joined is a container whose namespaces another one joins.
func (e *Engine) joined(name string) (setup.Joined, error) {
	c, err := e.Find(name)
	if err != nil {
		return setup.Joined{}, err
	}
	if !c.Up() {
		return setup.Joined{}, fmt.Errorf("container %s: %w", name, ErrNotUp)
	}
	spec, err := e.Runtime.Spec(c.Request.ID)
	return setup.Joined{PID: c.State.PID, Dir: c.dir, Spec: spec}, err
}

// other is a container whose volumes another one has too.
func (e *Engine) other(name string) (*request.Container, *store.Config, error) {
	c, err := e.Find(name)
	if err != nil {
		return nil, nil, err
	}
	config, err := c.config()
	return &c.Request, config, err
}

// layersOf are the layers of an image that is mounted somewhere in a container.
func (e *Engine) layersOf(name string) (setup.Layers, error) {
	i, err := e.Images.Find(name)
	if err != nil {
		return nil, err
	}
	return e.Images.Layers(i)
}

// taken are the host's ids that containers have for themselves.
func (e *Engine) taken() (idmap.Map, error) {
	list, err := e.List()
	if err != nil {
		return nil, err
	}
	var m idmap.Map
	for _, c := range list {
		m = append(m, c.State.IDs...)
	}
	return m, nil
}
