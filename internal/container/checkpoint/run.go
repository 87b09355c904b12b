package checkpoint

import (
	"errors"
	"fmt"
	"os"
	"os/exec"

	"golang.org/x/sys/unix"
)

// Find finds criu.
func (o *Options) Find() (string, error) {
	name := o.Program
	if name == "" {
		name = "criu"
	}
	path, err := exec.LookPath(name)
	if err != nil {
		return "", fmt.Errorf("find criu: %w (it is a program of its own: install it, or say with --criu where it is)", err)
	}
	return path, nil
}

// Args are the arguments that make criu serve the one who has the other end of
// a socket, which is its descriptor 3.
func Args() []string { return []string{"criu", "swrk", "3"} }

// Start starts criu with the arguments Args, and returns how to wait for it. The
// caller closes the socket, which is to be criu's descriptor 3.
type Start func(program string, socket *os.File) (wait func() error, err error)

// Here starts criu where isle is.
func Here(program string, socket *os.File) (wait func() error, err error) {
	cmd := &exec.Cmd{Path: program, Args: Args(), Stderr: os.Stderr, ExtraFiles: []*os.File{socket}}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("start criu: %w", err)
	}
	return cmd.Wait, nil
}

// Run has criu carry the request out. It returns the pid of the first process
// that was restored.
func (r *Request) Run(start Start, e *Events) (pid int, err error) {
	program, err := r.Find()
	if err != nil {
		return 0, err
	}
	fds, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_SEQPACKET|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return 0, os.NewSyscallError("socketpair", err)
	}
	ours, theirs := fds[0], os.NewFile(uintptr(fds[1]), "socket of criu")
	wait, err := start(program, theirs)
	theirs.Close()
	if err != nil {
		unix.Close(ours)
		return 0, err
	}
	pid, err = r.carry(ours, e)
	unix.Close(ours) // criu ends when there is nobody to serve
	if status := wait(); errors.Is(err, errSilent) && status != nil {
		err = fmt.Errorf("%w: %w", err, status)
	}
	return pid, err
}
