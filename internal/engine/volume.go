package engine

import (
	"fmt"
	"os"
)

// dropVolumes removes the container's anonymous volumes.
func (e *Engine) dropVolumes(c *Container) {
	for _, name := range c.State.Volumes {
		os.RemoveAll(e.path("volumes", name))
	}
}

// VolumePath is where the files of a named volume are.
func (e *Engine) VolumePath(name string) string { return e.path("volumes", name, "_data") }

// volume is the folder of a named volume, which is made if it is not there.
func (e *Engine) volume(name string) (string, error) {
	if err := checkName(name); err != nil {
		return "", fmt.Errorf("volume: %w", err)
	}
	dir := e.VolumePath(name)
	return dir, os.MkdirAll(dir, 0o755)
}
