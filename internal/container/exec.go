package container

import (
	"errors"
	"fmt"

	specs "github.com/opencontainers/runtime-spec/specs-go"
	"golang.org/x/sys/unix"

	"isle/internal/oci"
	"isle/internal/plan"
	"isle/sandbox"
)

// Process says what is executed in a container that exists: what it leaves out
// is as in the container's own process.
type Process struct {
	specs.Process
	Paused  bool     // even if the container is paused
	Root    string   // of the container as isle sees it, for explanations; "" is the folder of its configuration
	Cgroups []string // below the container's, CONTROLLER:PATH or PATH; none is that of its first process
}

// ErrPaused: nothing can be executed in a container whose processes are stopped.
var ErrPaused = errors.New("paused")

// Exec starts a process in a container and returns it. The caller waits for it,
// or leaves it alone.
func (s Store) Exec(id string, process *Process, o *Options) (*sandbox.Cmd, error) {
	c, err := s.Open(id)
	if err != nil {
		return nil, err
	}
	defer c.Close()
	status, err := c.Status()
	switch {
	case err != nil:
		return nil, err
	case status == Paused && !process.Paused:
		return nil, fmt.Errorf("cannot exec in a container that is %w: %s (resume it first, or say --ignore-paused)", ErrPaused, id)
	case status != Running && status != Created && status != Paused:
		return nil, fmt.Errorf("cannot exec in a container that is %s: %s", status, id)
	}
	p, err := c.execPlan(process, o)
	if err != nil {
		return nil, err
	}
	cmd := sandbox.Planned(p)
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	return cmd, c.announceExec(cmd, o)
}

// execPlan is the plan of a process in the container.
func (c *Container) execPlan(process *Process, o *Options) (*plan.Plan, error) {
	spec, err := c.Spec()
	if err != nil {
		return nil, err
	}
	inode, err := c.pidfdInode()
	if err != nil {
		return nil, err
	}
	member, err := c.Cgroup.Enter(process.Cgroups, c.PID)
	if err != nil {
		return nil, err
	}
	if o.ConsoleSize != nil {
		process.ConsoleSize = o.ConsoleSize
	}
	e := &oci.Exec{ID: c.ID, PID: c.PID, Inode: inode, Spec: spec, Process: &process.Process, Root: c.Rootfs, PreserveFDs: o.PreserveFDs}
	if process.Root != "" {
		e.Root = process.Root
	}
	e.Console = func(fd int) error { return deliver(o, fd) }
	e.Warn = o.Warn
	e.Listener = func(fd int) error { return c.notify(spec, fd) }
	way, err := wayInto(member)
	if err != nil {
		return nil, err
	}
	if a := process.ExecCPUAffinity; a != nil && a.Initial != "" && way.dir != 0 {
		way.dir, way.join = 0, true // a process that is born in its cgroup runs nowhere before
	}
	e.Cgroup, e.Doors = way.dir, way.doors
	group, err := share(spec, c.ID)
	if err != nil {
		return nil, err
	}
	var parts []func(pid int) error
	if way.join {
		parts = append(parts, member.Join)
	}
	if group != nil {
		parts = append(parts, group.Join)
	}
	if process.OOMScoreAdj != nil {
		parts = append(parts, func(pid int) error { return adjustOOM(pid, process.OOMScoreAdj, o.Rootless) })
	}
	if len(parts) > 0 {
		e.Enter = &plan.Errand{What: "join its groups", Do: inOrder(parts)}
	}
	return e.Plan()
}

// inOrder does one thing after the other, until one fails.
func inOrder(parts []func(pid int) error) func(pid int) error {
	return func(pid int) error {
		for _, part := range parts {
			if err := part(pid); err != nil {
				return err
			}
		}
		return nil
	}
}

// pidfdInode is the inode number of a pidfd of the container's process, which
// no other process's has; 0 on kernels where all have the same.
func (c *Container) pidfdInode() (uint64, error) {
	fd, err := c.pidfd()
	if err != nil {
		return 0, err
	}
	defer unix.Close(fd)
	const pidfsMagic = 0x50494446
	var fs unix.Statfs_t
	var st unix.Stat_t
	if unix.Fstatfs(fd, &fs) != nil || fs.Type != pidfsMagic || unix.Fstat(fd, &st) != nil {
		return 0, nil
	}
	return st.Ino, nil
}

func (c *Container) announceExec(cmd *sandbox.Cmd, o *Options) error {
	pid := cmd.Process.Pid()
	err := writePid(o.PidFile, pid)
	if err == nil && o.PidfdSocket != "" {
		var fd int
		if fd, err = unix.PidfdOpen(pid, 0); err == nil {
			err = sendFile(o.PidfdSocket, "pidfd", fd)
			unix.Close(fd)
		}
	}
	if err != nil {
		cmd.Process.Kill()
		cmd.Wait()
	}
	return err
}
