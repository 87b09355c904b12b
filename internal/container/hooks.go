package container

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"os/exec"
	"syscall"
	"time"

	specs "github.com/opencontainers/runtime-spec/specs-go"
	"golang.org/x/sys/unix"
)

// longestHook is how long a hook may take that has no timeout.
const longestHook = 10 * time.Minute

// hook runs a hook of the runtime's own namespaces, with the state on its
// standard input (OCI runtime specification, "POSIX-platform Hooks").
func runHook(kind string, h *specs.Hook, state []byte) error {
	cmd := exec.Cmd{Path: h.Path, Args: h.Args, Env: h.Env, Stdin: bytes.NewReader(state)}
	if len(cmd.Args) == 0 {
		cmd.Args = []string{h.Path}
	}
	if cmd.Env == nil {
		cmd.Env = []string{}
	}
	var output tail
	cmd.Stdout, cmd.Stderr = &output, &output
	// What it started goes with it at the deadline.
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.WaitDelay = time.Second
	if err := keepDescriptors(); err != nil {
		return &hookError{kind, h.Path, err, ""}
	}
	if err := cmd.Start(); err != nil {
		return &hookError{kind, h.Path, err, ""}
	}
	return finishHook(kind, h, &cmd, &output)
}

// keepDescriptors keeps what isle's caller has left open, or means for the
// container, from its hooks. The container's process has its own table by then.
func keepDescriptors() error {
	return os.NewSyscallError("close_range", unix.CloseRange(3, math.MaxUint32, unix.CLOSE_RANGE_CLOEXEC))
}

func finishHook(kind string, h *specs.Hook, cmd *exec.Cmd, output *tail) error {
	limit := longestHook
	if h.Timeout != nil {
		limit = time.Duration(*h.Timeout) * time.Second
	}
	late := time.AfterFunc(limit, func() { syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) })
	err := cmd.Wait()
	switch {
	case !late.Stop():
		return &hookError{kind, h.Path, fmt.Errorf("it was killed after %v", limit), output.String()}
	case err != nil && !errors.Is(err, exec.ErrWaitDelay):
		return &hookError{kind, h.Path, err, output.String()}
	}
	return nil
}

// hookError is a hook that failed.
type hookError struct {
	kind, path string
	cause      error
	output     string
}

func (e *hookError) Error() string {
	text := fmt.Sprintf("%s hook %s: %v", e.kind, e.path, e.cause)
	if e.output != "" {
		text += "; it said: " + e.output
	}
	return text
}

// Explain says why, where isle can tell. The cause is not unwrapped: a hook that
// cannot be executed is not the container's program.
func (e *hookError) Explain() []string {
	var cause interface{ Explain() []string }
	if !errors.As(e.cause, &cause) {
		return nil
	}
	return cause.Explain()
}

// tail keeps the end of what a hook says, for the message if it fails.
type tail struct{ bytes.Buffer }

func (t *tail) Write(p []byte) (int, error) {
	const most = 4 << 10
	t.Buffer.Write(p)
	if extra := t.Len() - most; extra > 0 {
		t.Next(extra)
	}
	return len(p), nil
}

func (t *tail) String() string { return string(bytes.TrimSpace(t.Bytes())) }

// State is the container's state as hooks see it.
func (c *Container) State(status specs.ContainerState) (*specs.State, error) {
	spec, err := c.Spec()
	if err != nil {
		return nil, err
	}
	state := &specs.State{Version: spec.Version, ID: c.ID, Status: status, Bundle: c.Bundle, Annotations: spec.Annotations}
	if status != Stopped {
		state.Pid = c.PID
	}
	return state, nil
}

// runHooks runs hooks in their order until one fails.
func (c *Container) runHooks(kind string, hooks []specs.Hook, status specs.ContainerState, run func(kind string, h *specs.Hook, state []byte) error) error {
	if len(hooks) == 0 {
		return nil
	}
	seen, err := c.State(status)
	if err != nil {
		return err
	}
	state, err := json.Marshal(seen)
	if err != nil {
		return err
	}
	for i := range hooks {
		if err := run(kind, &hooks[i], state); err != nil {
			return err
		}
	}
	return nil
}
