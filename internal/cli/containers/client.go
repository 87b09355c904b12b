package containers

import (
	"errors"
	"io"
	"os"
	"os/signal"
	"strings"

	"golang.org/x/sys/unix"
	"golang.org/x/term"

	"isle/internal/engine"
	"isle/internal/engine/attach"
	"isle/internal/engine/request"
	"isle/internal/spawn"
)

// client is this command at a container's streams.
type client struct {
	stdin, stdout, stderr bool
	proxy                 bool // signals are passed on
	whole                 bool // the container waits for what it prints to be read
	keys                  attach.Keys
}

// newClient is a client of a container. The keys are those of the command, or
// else of the container; nil stands for neither.
func newClient(r *request.Container, keys *string) (*client, error) {
	cl := &client{stdin: r.OpenStdin, stdout: true, stderr: true, keys: attach.DefaultKeys}
	if keys == nil {
		keys = r.DetachKeys
	}
	if keys != nil {
		var err error
		if cl.keys, err = attach.ParseKeys(*keys); err != nil {
			return nil, err
		}
	}
	return cl, nil
}

// attach shows what a container prints, and types what is typed, until it ends.
// Begin is called when nothing it prints can be missed any more; it starts the
// container, or only says what its pid is. The exit status is that of the
// container, or 0 if the detach keys were typed.
func (cl *client) attach(c *engine.Container, begin func() (pid int, err error)) (status int, err error) {
	var wants attach.Wants
	if cl.stdin {
		wants |= attach.WantsInput
	}
	if cl.whole {
		wants |= attach.WantsAll
	}
	s, err := attach.Dial(c.Path(attach.File), wants)
	if err != nil {
		return 0, err
	}
	defer s.Close()
	if cl.stdout {
		s.Stdout = os.Stdout
	}
	if cl.stderr {
		s.Stderr = os.Stderr
	}
	s.Keys = nil
	if cl.stdin {
		s.Stdin = os.Stdin
		if c.Request.Terminal && !term.IsTerminal(0) {
			// Where a file or a pipe ends, the key is typed that says so to a program at
			// a terminal; after half a line the first only ends that.
			const end = "\x04\x04"
			s.Stdin = io.MultiReader(os.Stdin, strings.NewReader(end))
		}
	}
	if c.Request.Terminal {
		defer cl.terminal(s)()
	}
	if cl.proxy {
		spawn.Forward(proxied(), nil)
	}
	pid, err := begin()
	if err != nil {
		return 0, err
	}
	if cl.proxy {
		spawn.ForwardTo(pid)
		defer spawn.ForwardTo(0)
	}
	status, err = s.Copy()
	if errors.Is(err, attach.ErrDetached) {
		return 0, nil
	}
	return status, err
}

// terminal makes this command's terminal raw, since the container's does the
// editing, and tells of its size now and later. What it returns undoes that.
func (cl *client) terminal(s *attach.Session) func() {
	s.Keys = cl.keys
	resize := func() {
		if size, err := unix.IoctlGetWinsize(1, unix.TIOCGWINSZ); err == nil {
			s.Resize(size.Row, size.Col)
		}
	}
	changed := make(chan os.Signal, 1)
	signal.Notify(changed, unix.SIGWINCH)
	resize()
	go func() {
		for range changed {
			resize()
		}
	}()
	var state *term.State
	if cl.stdin && term.IsTerminal(0) {
		state, _ = term.MakeRaw(0)
	}
	return func() {
		signal.Stop(changed)
		if state != nil {
			term.Restore(0, state)
		}
	}
}
