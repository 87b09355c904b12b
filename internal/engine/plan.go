package engine

import (
	"os"
	"path/filepath"

	"isle/internal/container"
	"isle/internal/engine/setup"
	"isle/internal/plan"
)

// Plan is what would be done to start a container. No volume is made for it: one
// that is not there yet is a folder of the container's own meanwhile.
func (e *Engine) Plan(c *Container) (*plan.Plan, error) {
	in, layered, err := c.input()
	if err != nil {
		return nil, err
	}
	in.Volume = func(name string) (string, error) {
		if err := checkName(name); err != nil {
			return "", err
		}
		if dir := e.path("volumes", name, "_data"); isFolder(dir) {
			return dir, nil
		}
		dir := filepath.Join(c.dir, "volumes", name)
		return dir, os.MkdirAll(dir, 0o755)
	}
	s, err := setup.Spec(in)
	if err != nil {
		return nil, err
	}
	return e.Runtime.Plan(c.Request.ID, &container.Options{
		Bundle: c.dir, Spec: s.Spec, Layered: layered, NoCgroups: s.NoCgroups, Systemd: s.Systemd, Rootless: c.Request.Rootless,
	}, false)
}

func isFolder(dir string) bool {
	info, err := os.Stat(dir)
	return err == nil && info.IsDir()
}
