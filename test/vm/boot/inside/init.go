package inside

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"golang.org/x/sys/unix"
)

// start makes the guest's world and hands it to systemd, or starts the job and
// stays as the process that collects orphans. It returns only an error.
func start() error {
	if err := mountAll("", kernelMounts); err != nil {
		return err
	}
	job, err := readJob("/job")
	if err != nil {
		return err
	}
	if err := loadModules(); err != nil {
		return err
	}
	if err := switchRoot(job); err != nil {
		return err
	}
	if err := mountShares(job); err != nil {
		return err
	}
	if job.Systemd {
		return becomeSystemd()
	}
	return collect(job)
}

// loadModules loads what the initramfs brought, in the order of the names.
func loadModules() error {
	files, err := filepath.Glob("/boot/*.ko")
	for _, file := range files {
		var f *os.File
		if f, err = os.Open(file); err != nil {
			return err
		}
		err = unix.FinitModule(int(f.Fd()), "", 0)
		f.Close()
		if err != nil && err != unix.EEXIST {
			return fmt.Errorf("load %s: %w", file, err)
		}
	}
	return err
}

// switchRoot makes the first disk the root, with the others where they belong and
// with this program and the job in its /run.
func switchRoot(job Job) error {
	if err := mountDisk(job.Root, "/root", 0); err != nil {
		return err
	}
	for _, d := range job.Disks {
		if err := mountDisk(d.Device, "/root"+d.Path, unix.MS_RDONLY); err != nil {
			return err
		}
	}
	if err := mountAll("/root", runMount); err != nil {
		return err
	}
	if err := copyFiles("/root"+filepath.Dir(program), map[string]string{"/init": "guest", "/job": "job"}); err != nil {
		return err
	}
	for _, m := range kernelMounts {
		if err := unix.Mount(m.path, "/root"+m.path, "", unix.MS_MOVE, ""); err != nil {
			return fmt.Errorf("move %s: %w", m.path, err)
		}
	}
	if err := unix.Chdir("/root"); err != nil {
		return err
	}
	if err := unix.Mount(".", "/", "", unix.MS_MOVE, ""); err != nil {
		return fmt.Errorf("move the disk to /: %w", err)
	}
	if err := unix.Chroot("."); err != nil {
		return err
	}
	return unix.Chdir("/")
}

// copyFiles copies files, by their names in the folder to.
func copyFiles(to string, files map[string]string) error {
	if err := os.MkdirAll(to, 0o755); err != nil {
		return err
	}
	for from, name := range files {
		data, err := os.ReadFile(from)
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(to, name), data, 0o755); err != nil {
			return err
		}
	}
	return nil
}

// collect starts the job and waits for every process that the kernel gives to
// process 1, until the job is gone: then it has left no status.
func collect(job Job) error {
	if err := mountAll("", deviceMounts); err != nil {
		return err
	}
	if err := loopbackUp(); err != nil {
		return err
	}
	if err := unix.Sethostname([]byte("vm")); err != nil {
		return err
	}
	leaf, err := delegate(job.User)
	if err != nil {
		return err
	}
	worker := exec.Command(program)
	worker.Stderr = os.Stderr
	worker.SysProcAttr = &unix.SysProcAttr{UseCgroupFD: true, CgroupFD: int(leaf.Fd()), Setsid: true}
	if err := worker.Start(); err != nil {
		return fmt.Errorf("start the job: %w", err)
	}
	for {
		if pid, err := unix.Wait4(-1, nil, 0, nil); pid == worker.Process.Pid || err != nil && err != unix.EINTR {
			return fmt.Errorf("the job ended without a status")
		}
	}
}

// powerOff ends the guest. A restart is what qemu can be told to end at; User-mode
// Linux would do it.
func powerOff() {
	how := unix.LINUX_REBOOT_CMD_RESTART
	if _, err := os.Stat("/dev/ubda"); err == nil {
		how = unix.LINUX_REBOOT_CMD_POWER_OFF
	}
	if err := unix.Reboot(how); err != nil {
		fmt.Fprintln(os.Stderr, "vm: end the guest:", err)
	}
	time.Sleep(time.Minute)
}
