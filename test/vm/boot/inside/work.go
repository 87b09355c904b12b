package inside

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// Path is where commands are searched for.
const Path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

// work runs the command of the job and returns its exit status as a shell would.
func work() int {
	job, err := readJob(filepath.Join(filepath.Dir(program), "job"))
	if err != nil {
		fmt.Fprintln(os.Stderr, "vm: read the job:", err)
		return 125
	}
	// Written through at once, since hostfs would keep it until the end.
	output, err := os.OpenFile(filepath.Join(Exchange, Output), os.O_WRONLY|os.O_CREATE|os.O_TRUNC|os.O_SYNC, 0o644)
	if err != nil {
		fmt.Fprintln(os.Stderr, "vm: make the output:", err)
		return 125
	}
	defer output.Close()
	cmd, err := command(job)
	if err == nil {
		// A writer that is no file makes it a pipe, which an ordinary user may open anew.
		cmd.Stdout = struct{ io.Writer }{output}
		cmd.Stderr = cmd.Stdout
		cmd.WaitDelay = time.Second
		err = cmd.Run()
	}
	return statusOf(err, output)
}

// command makes the command of the job, as its user.
func command(job Job) (*exec.Cmd, error) {
	line := job.Command
	if job.Systemd && job.User != "root" {
		line = login(job)
	}
	who, err := lookUp(job.User)
	if err != nil {
		return nil, err
	}
	// Commands are searched for along this process's own.
	if err := os.Setenv("PATH", Path); err != nil {
		return nil, err
	}
	cmd := exec.Command(line[0], line[1:]...)
	cmd.Dir = job.Dir
	cmd.Env = append([]string{"PATH=" + Path, "TERM=dumb", "HOME=" + who.home, "USER=" + who.name, "LOGNAME=" + who.name}, job.Env...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if job.Systemd || job.User == "root" {
		return cmd, nil
	}
	runtime := "/run/user/" + strconv.Itoa(who.uid)
	if err := os.MkdirAll(filepath.Dir(runtime), 0o755); err != nil {
		return nil, err
	}
	if err := os.Mkdir(runtime, 0o700); err != nil {
		return nil, err
	}
	cmd.Env = append(cmd.Env, "XDG_RUNTIME_DIR="+runtime)
	cmd.SysProcAttr.Credential = &syscall.Credential{Uid: uint32(who.uid), Gid: uint32(who.gid)}
	return cmd, os.Chown(runtime, who.uid, who.gid)
}

// statusOf makes an exit status of how a command ended, and tells of one that did
// not start.
func statusOf(err error, output io.Writer) int {
	var exit *exec.ExitError
	switch {
	case err == nil || errors.Is(err, exec.ErrWaitDelay):
		return 0
	case !errors.As(err, &exit):
		fmt.Fprintln(output, "vm:", err)
		return 127
	case exit.ExitCode() < 0:
		return 128 + int(exit.Sys().(syscall.WaitStatus).Signal())
	}
	return exit.ExitCode()
}

// finish hands the status to the host and ends the guest.
func finish(status int) {
	name := filepath.Join(Exchange, Status)
	if err := os.WriteFile(name, []byte(strconv.Itoa(status)), 0o644); err != nil {
		fmt.Fprintln(os.Stderr, "vm: write the status:", err)
	}
	if folder, err := os.Open(Exchange); err == nil {
		_ = unix.Syncfs(int(folder.Fd()))
	}
	powerOff()
}
