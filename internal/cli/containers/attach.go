package containers

import (
	"errors"
	"fmt"

	"isle/internal/cli/verb"
	"isle/internal/engine"
	"isle/internal/engine/attach"
	"isle/internal/getopt"
)

// What attach is for, and examples.
const (
	AttachOperands = "CONTAINER"
	AttachAbout    = `Connect standard input and outputs to a container that runs. What it prints from
then on is shown, and what is typed goes to it; it is to have been started with
--interactive or --tty for that. The exit status is the container's.

The detach keys leave a container with a terminal, which goes on. Who does not read
what a container prints holds it up, for ten seconds at most: then isle attach ends.
What it missed is in the log.`
	AttachExample = `# A shell that was started in the background
isle run -d -it --name box busybox
isle attach box
# Look only
isle attach --no-stdin box`
)

// AttachFlags is the table of options of attach.
func AttachFlags() []getopt.Option {
	return []getopt.Option{
		detachKeys, latest,
		{Long: "no-stdin", Group: "Options", Help: "type nothing into it"},
		sigProxy, verb.Help,
	}
}

// The options that attach shares with run and start, and with logs.
var (
	detachKeys = getopt.Option{Long: "detach-keys", Arg: getopt.Required, ArgName: "KEYS", Group: "Options", Help: "keys that leave the container, such as ctrl-x,a; ctrl-p,ctrl-q unless given, and none if empty"}
	sigProxy   = getopt.Option{Long: "sig-proxy", Arg: getopt.Optional, ArgName: "true|false", Group: "Options", Help: "pass signals on to the container's program, as is done unless this is false"}
	latest     = getopt.Option{Long: "latest", Short: 'l', Group: "Options", Help: "the container that was created last, instead of one by its name"}
)

// Attach is the command.
func Attach(prog string, args []string) int {
	v := verb.Verb{Name: "attach", Operands: AttachOperands, About: AttachAbout, Options: AttachFlags(), Most: 1, Failed: 125}
	return v.Main(prog, args, func(v *verb.Command) error {
		e, err := engine.Open()
		if err != nil {
			return err
		}
		list, err := named(e, v)
		if err != nil {
			return err
		}
		status, err := attachTo(list[0], v)
		if err == nil && status != 0 {
			return verb.Status(status)
		}
		return err
	})
}

func attachTo(c *engine.Container, v *verb.Command) (int, error) {
	var keys *string
	if text := v.Value("detach-keys"); v.Has("detach-keys") {
		keys = &text
	}
	cl, err := newClient(&c.Request, keys)
	if err != nil {
		return 0, err
	}
	switch status, err := c.Status(); {
	case err != nil:
		return 0, err
	case status != engine.Running:
		return 0, fmt.Errorf("attach to container %s: it is %s, not running", c.Request.Name, status)
	}
	cl.stdin = (cl.stdin || c.Request.Terminal) && !v.On("no-stdin")
	cl.proxy = v.Value("sig-proxy") != "false"
	status, err := cl.attach(c, func() (int, error) { return c.State.PID, nil })
	if errors.Is(err, attach.ErrNobody) {
		err = fmt.Errorf("attach to container %s: nobody holds its streams: it runs in the foreground of another isle, or its monitor was killed", c.Request.Name)
	}
	return status, err
}

// named are the containers that a command names, or the latest one.
func named(e *engine.Engine, v *verb.Command) ([]*engine.Container, error) {
	if v.On("latest") == (len(v.Words) > 0) {
		return nil, &getopt.Error{Text: "name a container, or give --latest"}
	}
	if v.On("latest") {
		list, err := e.List()
		if err == nil && len(list) == 0 {
			err = errors.New("there is no container")
		}
		return list[:min(1, len(list))], err
	}
	var list []*engine.Container
	for _, word := range v.Words {
		c, err := e.Find(word)
		if err != nil {
			return nil, err
		}
		list = append(list, c)
	}
	return list, nil
}
