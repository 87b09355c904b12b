package container

import (
	"errors"
	"fmt"
	"os"
	"slices"

	specs "github.com/opencontainers/runtime-spec/specs-go"
	"golang.org/x/sys/unix"

	"isle/internal/container/checkpoint"
)

// Checkpoint has criu write a container's processes to files, from which Restore
// makes them again. They are gone then, and with them the container, unless they
// are left running. What fails leaves them as they were.
func (s Store) Checkpoint(id string, how *checkpoint.Options, o *Options) error {
	c, err := s.Lock(id)
	if err != nil {
		return err
	}
	defer c.Close()
	status, err := c.Status()
	if err != nil {
		return err
	}
	if status != Running && status != Paused {
		return fmt.Errorf("cannot checkpoint a container that is %s: %s", status, id)
	}
	if err := c.dump(how); err != nil {
		return errors.Join(fmt.Errorf("checkpoint container %s: %w", id, err), c.thaw(status))
	}
	if how.LeaveRunning || how.PreDump {
		return nil
	}
	if err := c.end(); err != nil {
		return err
	}
	if err := c.destroy(); err != nil {
		return err
	}
	c.runPoststop(o.warn)
	return nil
}

func (c *Container) dump(how *checkpoint.Options) error {
	spec, err := c.Spec()
	if err != nil {
		return err
	}
	r := &checkpoint.Request{Kind: checkpoint.Dump, Options: how, PID: c.PID, Root: c.Rootfs, Config: criuConfig(spec)}
	if how.PreDump {
		r.Kind = checkpoint.PreDump
	}
	defer r.Close()
	if err := r.Open(""); err != nil {
		return err
	}
	dirs := c.Cgroup.Paths()
	if r.Freezer = dirs["freezer"]; r.Freezer == "" {
		r.Freezer = dirs[""]
	}
	if r.CgroupRoots, err = checkpoint.CgroupRoots(spec, c.PID, dirs); err != nil {
		return err
	}
	others, err := c.Cgroup.Pids(true)
	if err != nil {
		return err
	}
	others = slices.DeleteFunc(others, func(pid int) bool { return pid == c.PID })
	if err := r.Dumped(spec, append([]int{c.PID}, others...)); err != nil {
		return err
	}
	_, err = r.Run(checkpoint.Here, &checkpoint.Events{Ready: func() error { return ready(how.StatusFD) }})
	return err
}

// ready tells who waits for it that memory can be fetched.
func ready(fd int) error {
	if fd < 0 {
		return nil
	}
	if _, err := unix.Write(fd, []byte{0}); err != nil {
		return os.NewSyscallError("write to the status descriptor", err)
	}
	return nil
}

// thaw lets a container go on that criu had frozen and could not thaw any more.
func (c *Container) thaw(before specs.ContainerState) error {
	if before == Paused {
		return nil
	}
	if frozen, err := c.Cgroup.Frozen(); err != nil || !frozen {
		return err
	}
	return c.Cgroup.Freeze(false)
}

// criuConfig is a file of criu's own options for a container: the one that its
// annotation names, or what this host has for a runtime.
func criuConfig(spec *specs.Spec) string {
	if path := spec.Annotations["org.criu.config"]; path != "" {
		return path
	}
	for _, name := range [...]string{"isle", "crun", "runc"} {
		if path := "/etc/criu/" + name + ".conf"; unix.Access(path, unix.R_OK) == nil {
			return path
		}
	}
	return ""
}
