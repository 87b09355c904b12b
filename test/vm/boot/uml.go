package boot

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"syscall"

	"golang.org/x/sys/unix"
)

// uml returns the command that boots the guest as User-mode Linux. The root of
// such a guest can have any file that its process can, so the process gets a root
// that holds no more than the guest is to see, and no capability over the host.
func (g *Guest) uml(ctx context.Context) (*exec.Cmd, error) {
	root := filepath.Join(g.Work, "root")
	seen := func(i int, _ Share) string { return "/run/share" + strconv.Itoa(i) }
	initrd, err := g.job("/dev/ubd", "hostfs", seen)
	if err != nil {
		return nil, err
	}
	binds := []bind{
		{g.Kernel.Root + "/linux", "/linux", true},
		{g.Kernel.Root + "/lib", "/lib", true},
		{g.Kernel.Root + "/lib64", "/lib64", true},
		{"/proc/cpuinfo", "/proc/cpuinfo", true},
		{g.Root, "/run/disk", true},
	}
	words := "umid=guest uml_dir=/run ubd0=/run/written,/run/disk initrd=/run/initrd seccomp=on con=null con0=fd:0,fd:1"
	for i, d := range g.Disks {
		disk := "/run/disk" + strconv.Itoa(i+1)
		binds = append(binds, bind{d.Image, disk, true})
		words += fmt.Sprintf(" ubd%dr=%s", i+1, disk)
	}
	for i, s := range g.Shares {
		binds = append(binds, bind{s.Host, seen(i, s), s.ReadOnly})
	}
	for _, b := range binds {
		if err := b.mount(root); err != nil {
			return nil, err
		}
	}
	if err := os.WriteFile(filepath.Join(root, "run/initrd"), initrd, 0o600); err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(ctx, "/linux", append(g.options(words), "mem="+strconv.Itoa(g.Memory)+"M")...)
	cmd.Dir, cmd.Env = "/", []string{"TMPDIR=/run", "HOME=/run"}
	cmd.SysProcAttr = &syscall.SysProcAttr{
		Chroot:      root,
		Cloneflags:  unix.CLONE_NEWUSER | unix.CLONE_NEWNET | unix.CLONE_NEWIPC,
		UidMappings: []syscall.SysProcIDMap{{Size: 1}},
		GidMappings: []syscall.SysProcIDMap{{Size: 1}},
	}
	return cmd, nil
}

// startSettled starts User-mode Linux as it wants to be. Its addresses must not be
// randomized, or it looks for itself in /proc, which its root has not got. And it
// stays on one processor: it is many processes of which one runs at a time, and to
// wake the next one elsewhere takes three times as long.
func startSettled(cmd *exec.Cmd, slot int) error {
	const noRandomize = 0x0040000 // ADDR_NO_RANDOMIZE of personality(2)
	// The child has them from the thread, which ends with this goroutine.
	started := make(chan error)
	go func() {
		runtime.LockOSThread()
		if _, _, errno := unix.Syscall(unix.SYS_PERSONALITY, noRandomize, 0, 0); errno != 0 {
			started <- fmt.Errorf("personality: %w", errno)
			return
		}
		if err := settle(slot); err != nil {
			started <- err
			return
		}
		started <- cmd.Start()
	}()
	return <-started
}

// settle binds the thread to the processor of a slot, out of those that it may use.
func settle(slot int) error {
	var allowed, one unix.CPUSet
	if err := unix.SchedGetaffinity(0, &allowed); err != nil {
		return fmt.Errorf("sched_getaffinity: %w", err)
	}
	slot %= allowed.Count()
	for cpu := 0; ; cpu++ {
		if !allowed.IsSet(cpu) {
			continue
		}
		if slot == 0 {
			one.Set(cpu)
			break
		}
		slot--
	}
	if err := unix.SchedSetaffinity(0, &one); err != nil {
		return fmt.Errorf("sched_setaffinity: %w", err)
	}
	return nil
}
