package conformance

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// roomVariable tells this executable, run again as the first process of a
// room, what to do there.
const roomVariable = "ISLE_CONFORMANCE_ROOM"

// noRoom is the exit status of a room that could not be set up.
const noRoom = 125

// room is where one program of the suite runs: mount, pid, IPC and cgroup
// namespaces of its own, a /run and /tmp of its own, and a cgroup that is the
// root of all it sees. What the program or the runtime leaves there ends with it.
type room struct {
	Program     string
	Runtime     string // the command that the program drives
	Dir         string // the suite's folder
	Hierarchies []hierarchy
}

// outcome is how a program ended.
type outcome struct {
	stdout, stderr string
	err            error // exit status, signal or deadline
	took           time.Duration
}

// run makes the room, runs the program there until it ends or the context
// does, and removes the room.
func (r room) run(ctx context.Context) (o outcome, err error) {
	for _, h := range r.Hierarchies {
		if err := h.make(); err != nil {
			return outcome{}, errors.Join(err, r.close())
		}
	}
	defer func() { err = errors.Join(err, r.close()) }()
	task, err := json.Marshal(r)
	if err != nil {
		return outcome{}, err
	}
	var stdout, stderr bytes.Buffer
	cmd := exec.CommandContext(ctx, "/proc/self/exe")
	cmd.Env = append(os.Environ(), roomVariable+"="+string(task))
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	cmd.SysProcAttr = &syscall.SysProcAttr{
		Cloneflags: unix.CLONE_NEWNS | unix.CLONE_NEWPID | unix.CLONE_NEWIPC,
		Pdeathsig:  unix.SIGKILL,
	}
	start := time.Now()
	err = runLocked(cmd)
	o = outcome{stdout: stdout.String(), stderr: stderr.String(), err: err, took: time.Since(start)}
	if ctx.Err() != nil {
		o.err = fmt.Errorf("no end after %v", o.took.Round(time.Second))
	}
	if cmd.ProcessState.ExitCode() == noRoom {
		return o, errors.New(o.stderr)
	}
	return o, nil
}

// runLocked runs a command whose death signal follows this thread.
func runLocked(cmd *exec.Cmd) error {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	return cmd.Run()
}

func (r room) close() (err error) {
	for _, h := range r.Hierarchies {
		err = errors.Join(err, h.remove())
	}
	return err
}

// inRoom is the first process of a room: it sets the room up, runs the program,
// and buries whoever dies there meanwhile, as init does. It returns the exit
// status of the program.
func inRoom(task string) int {
	var r room
	// The cgroup namespace is the thread's that unshares it.
	runtime.LockOSThread()
	err := json.Unmarshal([]byte(task), &r)
	if err == nil {
		err = r.furnish()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "set up the room:", err)
		return noRoom
	}
	cmd := exec.Command(r.Program)
	cmd.Dir, cmd.Stdout, cmd.Stderr = r.Dir, os.Stdout, os.Stderr
	cmd.Env = append(os.Environ(), "RUNTIME="+r.Runtime, "TMPDIR=/run/tmp")
	if err := cmd.Start(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return noRoom
	}
	return reap(cmd.Process.Pid)
}

func reap(pid int) int {
	for {
		var status unix.WaitStatus
		dead, err := unix.Wait4(-1, &status, 0, nil)
		switch {
		case errors.Is(err, unix.EINTR):
		case err != nil:
			return noRoom
		case dead == pid && status.Signaled():
			return 128 + int(status.Signal())
		case dead == pid:
			return status.ExitStatus()
		}
	}
}

// furnish joins the room's cgroups, makes them the roots of what is seen, and
// mounts what must not be the machine's.
func (r room) furnish() error {
	err := unix.Mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, "")
	for _, h := range r.Hierarchies {
		err = errors.Join(err, os.WriteFile(filepath.Join(h.Room, "cgroup.procs"), []byte("0"), 0))
	}
	if err = errors.Join(err, unix.Unshare(unix.CLONE_NEWCGROUP)); err != nil {
		return err
	}
	err = errors.Join(unix.Mount("proc", "/proc", "proc", unix.MS_NOSUID|unix.MS_NODEV|unix.MS_NOEXEC, ""),
		// Root file systems are unpacked here, some with devices in them.
		unix.Mount("tmpfs", "/run", "tmpfs", 0, "mode=755"),
		os.Mkdir("/run/tmp", 0o755|os.ModeSticky), os.Mkdir("/run/lock", 0o755))
	return errors.Join(err, r.mountCgroups())
}

func (r room) mountCgroups() error {
	const flags = unix.MS_NOSUID | unix.MS_NODEV | unix.MS_NOEXEC
	if h := r.Hierarchies[0]; h.Controllers == "" {
		// The kernel takes one file system only once at one place.
		err := errors.Join(unix.Unmount(h.Mount, unix.MNT_DETACH), unix.Mount("cgroup2", h.Mount, "cgroup2", flags, ""))
		if err != nil {
			return err
		}
		// A cgroup with processes cannot give its controllers to its children.
		runner := filepath.Join(h.Mount, "runner")
		return errors.Join(os.Mkdir(runner, 0o755), os.WriteFile(filepath.Join(runner, "cgroup.procs"), []byte("0"), 0))
	}
	err := unix.Mount("tmpfs", "/sys/fs/cgroup", "tmpfs", flags, "mode=755")
	for _, h := range r.Hierarchies {
		err = errors.Join(err, os.MkdirAll(h.Mount, 0o755), unix.Mount("cgroup", h.Mount, "cgroup", flags, h.Controllers), h.links())
	}
	return err
}
