package container

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"

	specs "github.com/opencontainers/runtime-spec/specs-go"
	"golang.org/x/sys/unix"

	"isle/internal/container/checkpoint"
	"isle/internal/oci"
	"isle/internal/oci/netdevice"
	"isle/internal/plan"
	"isle/internal/thread"
	"isle/sandbox"
)

// Restore has criu make the processes of a checkpoint again, as those of a new
// container with the bundle's configuration. What fails leaves nothing behind.
func (s Store) Restore(id string, how *checkpoint.Options, o *Options) (*Session, error) {
	b, err := s.begin(id, o)
	if err != nil {
		return nil, err
	}
	b.direct = true
	if err := b.restore(how); err != nil {
		return nil, b.undo(fmt.Errorf("restore container %s: %w", id, err))
	}
	b.settle()
	b.dir.unlock()
	return &Session{b}, nil
}

func (b *birth) restore(how *checkpoint.Options) error {
	r := &checkpoint.Request{Kind: checkpoint.Restore, Options: how, Root: b.Rootfs, Config: criuConfig(b.spec)}
	if err := b.makeGroups(); err != nil {
		return err
	}
	defer b.Cgroup.Close()
	defer r.Close()
	if err := r.Open(""); err != nil {
		return err
	}
	if err := r.Share(b.spec); err != nil {
		return err
	}
	start := func(program string, socket *os.File) (func() error, error) { return b.startCriu(r, program, socket) }
	_, err := r.Run(start, &checkpoint.Events{Namespaces: b.namespaces, Restored: b.restored, Terminal: b.console})
	if err == nil {
		err = b.announce()
	}
	if err != nil && b.PID != 0 {
		err = errors.Join(err, b.end())
	}
	return err
}

// startCriu starts criu in the container's cgroups: they tell of it, and of what
// it makes, until the pid is written down.
func (b *birth) startCriu(r *checkpoint.Request, program string, socket *os.File) (wait func() error, err error) {
	if b.way, err = wayInto(b.Cgroup); err != nil {
		return nil, err
	}
	b.plan.Cgroup, b.plan.Doors = b.way.dir, b.way.doors
	if b.way.doors != nil {
		defer closeAll(b.way.doors.Files)
	}
	if b.way.join {
		b.plan.Enter = &plan.Errand{What: "put it into its cgroups", Do: b.Cgroup.Join}
	}
	criu := &oci.Restore{Container: b.plan, Program: program, Args: checkpoint.Args(), Scratch: b.dir.path}
	defer criu.Close()
	if b.ownReadonlyRoot() {
		name, content, err := r.WritableRoot()
		if err != nil {
			return nil, err
		}
		if err := b.dir.write(mountsFile, content); err != nil {
			return nil, err
		}
		defer unix.Unlinkat(b.dir.fd, mountsFile, 0)
		criu.Hidden, criu.Shown = filepath.Join(r.Images, name), filepath.Join(b.dir.path, mountsFile)
	}
	instead, err := criu.Instead()
	if err != nil {
		return nil, err
	}
	err = r.Restored(&checkpoint.Outside{Spec: b.spec, Bundle: b.Bundle, Devices: b.devices(), Cgroups: b.mounted(), Instead: instead})
	if err != nil {
		return nil, err
	}
	criu.Files = []int{0, 1, 2, int(socket.Fd())}
	for _, f := range r.Files() {
		criu.Files = append(criu.Files, int(f.Fd()))
	}
	p, err := criu.Plan()
	if err != nil {
		return nil, err
	}
	cmd := sandbox.Planned(p)
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	pid := cmd.Process.Pid()
	if r.CgroupRoots, err = checkpoint.CgroupsOf(pid); err == nil {
		err = r.Open("/proc/" + strconv.Itoa(pid) + "/root")
	}
	if err != nil {
		cmd.Process.Kill()
		return nil, fmt.Errorf("look where criu is: %w", errors.Join(err, cmd.Wait()))
	}
	return cmd.Wait, nil
}

func closeAll(fds []int) {
	for _, fd := range fds {
		unix.Close(fd)
	}
}

// devices are those of the host that the container may show by binds.
func (b *birth) devices() []string {
	var paths []string
	for _, d := range plan.DefaultDevices() {
		paths = append(paths, d.Path)
	}
	for _, d := range b.spec.Linux.Devices {
		if !slices.Contains(paths, d.Path) {
			paths = append(paths, d.Path)
		}
	}
	return paths
}

// mounted are the container's cgroups, as a mount of them shows them.
func (b *birth) mounted() []checkpoint.Cgroup {
	var list []checkpoint.Cgroup
	for _, t := range view(b.Cgroup).Own {
		list = append(list, checkpoint.Cgroup{Name: t.Name, Dir: t.Dir})
	}
	return list
}

// namespaces is told that the namespaces are there, and that nothing runs yet.
func (b *birth) namespaces(pid int) (err error) {
	if b.Start, err = startOf(pid); err != nil {
		return err
	}
	b.PID = pid
	if b.share != nil {
		if err := b.share.Join(pid); err != nil {
			return err
		}
	}
	if b.moved, err = netdevice.Move(b.spec.Linux.NetDevices, pid); err != nil {
		return err
	}
	return b.runtimeHooks()
}

// restored is told that the processes are there, and that none runs yet.
func (b *birth) restored(pid int) error {
	if b.ownReadonlyRoot() {
		if err := makeReadonly(pid); err != nil {
			return fmt.Errorf("make the root read-only: %w", err)
		}
	}
	return b.remember(pid)
}

// ownReadonlyRoot says whether the container's root is read-only, for it alone.
func (b *birth) ownReadonlyRoot() bool {
	return b.spec.Root.Readonly && slices.ContainsFunc(b.spec.Linux.Namespaces, func(n specs.LinuxNamespace) bool { return isMount(n) && n.Path == "" })
}

// makeReadonly makes the mount read-only that is the root of a process's mount
// namespace.
func makeReadonly(pid int) (err error) {
	thread.Run(func() {
		var namespace int
		namespace, err = unix.Open("/proc/"+strconv.Itoa(pid)+"/ns/mnt", unix.O_RDONLY|unix.O_CLOEXEC, 0)
		if err != nil {
			return
		}
		defer unix.Close(namespace)
		if err = unix.Unshare(unix.CLONE_FS); err != nil {
			return
		}
		if err = unix.Setns(namespace, unix.CLONE_NEWNS); err != nil {
			return
		}
		err = unix.MountSetattr(unix.AT_FDCWD, "/", 0, &unix.MountAttr{Attr_set: unix.MOUNT_ATTR_RDONLY})
	})
	return err
}
