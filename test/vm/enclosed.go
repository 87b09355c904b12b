package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"runtime"
	"syscall"

	"golang.org/x/sys/unix"
)

// marked is set in the environment of the process that is enclosed.
const marked = "ISLE_VM_ENCLOSED"

func enclosed() bool { return os.Getenv(marked) != "" && os.Getpid() == 1 }

// enclose runs this program again as process 1 of a PID namespace, with mounts of
// its own, and returns its exit status. The kernel ends it when this process
// ends, and with it everything that it has started and mounted.
func enclose() int {
	// The death signal follows the thread that starts it.
	runtime.LockOSThread()
	cmd := exec.Command("/proc/self/exe", os.Args[1:]...)
	cmd.Env = append(os.Environ(), marked+"=1")
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	cmd.SysProcAttr = &syscall.SysProcAttr{
		Cloneflags: unix.CLONE_NEWNS | unix.CLONE_NEWPID,
		Pdeathsig:  syscall.SIGKILL,
	}
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP)
	if err := cmd.Start(); err != nil {
		return complain(fmt.Errorf("make namespaces of one's own: %w", err))
	}
	go func() {
		caught := <-signals
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		os.Exit(128 + int(caught.(syscall.Signal)))
	}()
	err := cmd.Wait()
	var exit *exec.ExitError
	switch {
	case err == nil:
		return 0
	case errors.As(err, &exit) && exit.Exited():
		return exit.ExitCode()
	}
	return complain(err)
}

// furnish makes the mounts of the enclosed process: none is seen outside, proc
// shows its own processes, and the work folder is in memory.
func furnish() error {
	// One that is killed must not be waited for by who reads its output.
	signal.Ignore(syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP)
	if err := unix.Mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, ""); err != nil {
		return fmt.Errorf("make all mounts private: %w", err)
	}
	if err := unix.Mount("proc", "/proc", "proc", unix.MS_NOSUID|unix.MS_NODEV|unix.MS_NOEXEC, ""); err != nil {
		return fmt.Errorf("mount proc on /proc: %w", err)
	}
	for _, dir := range []string{work(), locks} {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return err
		}
		if err := unix.Mount("vm", dir, "tmpfs", unix.MS_NOSUID, "mode=755"); err != nil {
			return fmt.Errorf("mount a tmpfs on %s: %w", dir, err)
		}
	}
	return nil
}

// locks is where virtiofsd of qemu before 8 has a file by its socket's path, which
// is the same in every vm that runs.
const locks = "/run/virtiofsd"
