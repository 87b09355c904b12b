package container

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"

	"golang.org/x/sys/unix"

	"isle/internal/container/checkpoint"
	"isle/internal/oci"
	"isle/internal/plan"
	"isle/sandbox"
)

// criu is the process that makes a container's processes again. It is in the
// container's cgroups: they tell of it, and of what it makes, until the pid is
// written down.
type criu struct {
	*birth
	r    *checkpoint.Request
	plan oci.Restore
}

func (c *criu) start(program string, socket *os.File) (wait func() error, err error) {
	c.plan = oci.Restore{Container: c.birth.plan, Program: program, Args: checkpoint.Args(), Scratch: c.dir.path}
	defer c.close()
	for _, part := range []func() error{c.findDoors, c.hideReadonly, c.tellOutside} {
		if err := part(); err != nil {
			return nil, err
		}
	}
	c.plan.Files = []int{0, 1, 2, int(socket.Fd())}
	for _, f := range c.r.Files() {
		c.plan.Files = append(c.plan.Files, int(f.Fd()))
	}
	p, err := c.plan.Plan()
	if err != nil {
		return nil, err
	}
	cmd := sandbox.Planned(p)
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	if err := c.lookAt(cmd.Process.Pid()); err != nil {
		cmd.Process.Kill()
		return nil, fmt.Errorf("look where criu is: %w", errors.Join(err, cmd.Wait()))
	}
	return cmd.Wait, nil
}

// findDoors finds the way into the cgroups.
func (c *criu) findDoors() (err error) {
	c.way, err = wayInto(c.Cgroup)
	c.plan.Cgroup, c.plan.Doors = c.way.dir, c.way.doors
	if c.way.join {
		c.plan.Enter = &plan.Errand{What: "put it into its cgroups", Do: c.Cgroup.Join}
	}
	return err
}

// hideReadonly has criu not see that the root is read-only.
func (c *criu) hideReadonly() error {
	if !c.ownReadonlyRoot() {
		return nil
	}
	name, content, err := c.r.WritableRoot()
	if err != nil || name == "" {
		return err
	}
	c.plan.Hidden, c.plan.Shown = filepath.Join(c.r.Images, name), filepath.Join(c.dir.path, mountsFile)
	return c.dir.write(mountsFile, content)
}

// tellOutside tells criu where what comes from outside is now.
func (c *criu) tellOutside() error {
	instead, err := c.plan.Instead()
	if err != nil {
		return err
	}
	return c.r.Restored(&checkpoint.Outside{Spec: c.spec, Bundle: c.Bundle, Devices: c.devices(), Cgroups: c.mounted(), Instead: instead})
}

// lookAt finds the cgroups and the directories of criu's as criu sees them.
func (c *criu) lookAt(pid int) (err error) {
	if c.r.CgroupRoots, err = checkpoint.CgroupsOf(pid); err != nil {
		return err
	}
	return c.r.Open("/proc/" + strconv.Itoa(pid) + "/root")
}

// close closes and removes what criu has by now.
func (c *criu) close() {
	c.plan.Close()
	if c.way.doors != nil {
		for _, fd := range c.way.doors.Files {
			unix.Close(fd)
		}
	}
	if c.plan.Shown != "" {
		unix.Unlinkat(c.dir.fd, mountsFile, 0)
	}
}

// devices are those of the host that the container may show by binds.
func (c *criu) devices() []string {
	var paths []string
	for _, d := range plan.DefaultDevices() {
		paths = append(paths, d.Path)
	}
	for _, d := range c.spec.Linux.Devices {
		if !slices.Contains(paths, d.Path) {
			paths = append(paths, d.Path)
		}
	}
	return paths
}

// mounted are the container's cgroups, as a mount of them shows them: one that has
// none sees the host's.
func (c *criu) mounted() []checkpoint.Cgroup {
	var list []checkpoint.Cgroup
	for _, t := range view(c.Cgroup).Own {
		list = append(list, checkpoint.Cgroup{Name: t.Name, Dir: t.Dir})
	}
	if len(list) == 0 {
		list = append(list, checkpoint.Cgroup{Dir: "/sys/fs/cgroup"})
	}
	return list
}
