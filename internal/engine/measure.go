package engine

import (
	"errors"
	"fmt"
	"os"
	"strconv"

	"isle/internal/container"
	"isle/internal/oci/resources"
)

// ErrNoCgroups: the container has no cgroups of its own, so nobody counts what it
// uses.
var ErrNoCgroups = errors.New("it has no cgroups of its own, which count what it uses")

// Stats measures what a container uses.
func (e *Engine) Stats(c *Container) (*resources.Stats, error) {
	o, err := e.Runtime.Open(c.Request.ID)
	if errors.Is(err, container.ErrNoContainer) {
		err = ErrNotUp
	}
	if err != nil {
		return nil, fmt.Errorf("measure container %s: %w", c.Request.Name, err)
	}
	defer o.Close()
	if o.Cgroup == nil || len(o.Cgroup.Trees) == 0 {
		return nil, fmt.Errorf("measure container %s: %w", c.Request.Name, ErrNoCgroups)
	}
	return o.Cgroup.Stats()
}

// Pids are the pids of the container's processes.
func (e *Engine) Pids(c *Container) ([]int, error) {
	if !c.Up() {
		return nil, fmt.Errorf("processes of container %s: %w", c.Request.Name, ErrNotUp)
	}
	o, err := e.Runtime.Open(c.Request.ID)
	if err != nil {
		return nil, err
	}
	defer o.Close()
	if o.Cgroup != nil && len(o.Cgroup.Trees) > 0 {
		return o.Cgroup.Pids(true)
	}
	return sharing(c.State.PID)
}

// sharing are the processes of a process's own pid namespace.
func sharing(pid int) ([]int, error) {
	space := func(pid int) string {
		link, _ := os.Readlink("/proc/" + strconv.Itoa(pid) + "/ns/pid")
		return link
	}
	own, list := space(pid), []int{pid}
	if own == space(os.Getpid()) { // the host's: nothing tells them apart
		return list, nil
	}
	entries, err := os.ReadDir("/proc")
	for _, d := range entries {
		if n, err := strconv.Atoi(d.Name()); err == nil && n != pid && space(n) == own {
			list = append(list, n)
		}
	}
	return list, err
}
