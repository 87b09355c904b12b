package inside

import (
	"fmt"
	"os"
	"time"

	"golang.org/x/sys/unix"
)

// mounted is one mount(2) of a file system that needs no device.
type mounted struct {
	fs, path, data string
	flags          uintptr
}

const quiet = unix.MS_NOSUID | unix.MS_NODEV | unix.MS_NOEXEC

// The mounts of a guest, as systemd makes them.
var (
	kernelMounts = []mounted{
		{"proc", "/proc", "", quiet},
		{"sysfs", "/sys", "", quiet},
		{"devtmpfs", "/dev", "mode=755", unix.MS_NOSUID},
	}
	runMount = []mounted{{"tmpfs", "/run", "mode=755", unix.MS_NOSUID | unix.MS_NODEV}}
	// systemd makes these itself.
	deviceMounts = []mounted{
		{"devpts", "/dev/pts", "gid=5,mode=620,ptmxmode=666", unix.MS_NOSUID | unix.MS_NOEXEC},
		{"tmpfs", "/dev/shm", "mode=1777", unix.MS_NOSUID | unix.MS_NODEV},
		{"mqueue", "/dev/mqueue", "", quiet},
		{"cgroup2", "/sys/fs/cgroup", "nsdelegate", quiet},
	}
)

// mountAll makes the mounts below root, and the folders for them.
func mountAll(root string, all []mounted) error {
	for _, m := range all {
		if err := os.MkdirAll(root+m.path, 0o755); err != nil {
			return err
		}
		if err := unix.Mount(m.fs, root+m.path, m.fs, m.flags, m.data); err != nil {
			return fmt.Errorf("mount %s on %s: %w", m.fs, m.path, err)
		}
	}
	return nil
}

// mountDisk mounts the ext4 of a block device, which may appear a moment after
// its driver. The kernel need not zero what cache.MakeDisk left sparse.
func mountDisk(device, path string, flags uintptr) error {
	if err := os.MkdirAll(path, 0o755); err != nil {
		return err
	}
	var err error
	for range 500 {
		if err = unix.Mount(device, path, "ext4", flags, "noinit_itable"); err != unix.ENOENT && err != unix.ENXIO {
			break
		}
		time.Sleep(10 * time.Millisecond)
	}
	if err != nil {
		return fmt.Errorf("mount %s on %s: %w", device, path, err)
	}
	return nil
}

// mountShares mounts the host's folders. hostfs takes the path as an option.
func mountShares(job Job) error {
	for _, s := range job.Shares {
		if err := os.MkdirAll(s.Path, 0o755); err != nil {
			return err
		}
		flags, data := uintptr(unix.MS_NOSUID|unix.MS_NODEV), ""
		if s.ReadOnly {
			flags |= unix.MS_RDONLY
		}
		if job.Type == "hostfs" {
			data = s.Source
		}
		if err := unix.Mount(s.Source, s.Path, job.Type, flags, data); err != nil {
			return fmt.Errorf("mount the host's folder on %s: %w", s.Path, err)
		}
	}
	return nil
}

// loopbackUp brings up the one interface that a guest has; see netdevice(7).
func loopbackUp() error {
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return err
	}
	defer unix.Close(fd)
	request, err := unix.NewIfreq("lo")
	if err != nil {
		return err
	}
	request.SetUint16(unix.IFF_UP | unix.IFF_RUNNING)
	if err := unix.IoctlIfreq(fd, unix.SIOCSIFFLAGS, request); err != nil {
		return fmt.Errorf("bring up lo: %w", err)
	}
	return nil
}
