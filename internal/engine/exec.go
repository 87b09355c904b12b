package engine

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"

	specs "github.com/opencontainers/runtime-spec/specs-go"

	"isle/internal/caps"
	"isle/internal/container"
	"isle/internal/passwd"
	"isle/sandbox"
)

// Exec is a program that is to run in a container beside its own. What is left out
// is as it is for that one.
type Exec struct {
	Args        []string
	Env         []string // NAME=VALUE
	Workdir     string
	User        string // USER[:GROUP] by the container's own passwd and group
	Terminal    bool
	Privileged  bool // with all capabilities
	PreserveFDs int

	Console func(*os.File) // takes the outer end of the terminal
	Size    *specs.Box     // of the terminal; nil if it is not known
}

// Exec starts a program in a container that runs. The caller waits for it, or
// leaves it alone.
func (e *Engine) Exec(c *Container, x *Exec) (*sandbox.Cmd, error) {
	if !c.Up() {
		return nil, fmt.Errorf("execute in container %s: %w", c.Request.Name, ErrNotUp)
	}
	spec, err := e.Runtime.Spec(c.Request.ID)
	if err != nil {
		return nil, err
	}
	p := *spec.Process
	p.Args, p.Terminal, p.ConsoleSize = x.Args, x.Terminal, nil
	if x.Workdir != "" {
		p.Cwd = x.Workdir
	}
	p.Env = slices.Clone(p.Env)
	if x.Terminal {
		setVariable(&p.Env, "TERM=xterm")
	}
	if x.User != "" {
		if err := c.become(&p, x.User); err != nil {
			return nil, err
		}
	}
	for _, v := range x.Env {
		setVariable(&p.Env, v)
	}
	if x.Privileged {
		all := caps.UpTo(caps.Last()).Names()
		p.Capabilities = &specs.LinuxCapabilities{Bounding: all, Effective: all, Permitted: all}
	}
	cmd, err := e.Runtime.Exec(c.Request.ID, &container.Process{Process: p, Root: c.seen()}, &container.Options{
		PreserveFDs: x.PreserveFDs, Console: x.Console, ConsoleSize: x.Size, Rootless: c.Request.Rootless,
	})
	if errors.Is(err, container.ErrPaused) {
		return nil, fmt.Errorf("execute in container %s: it is paused (isle unpause %s lets it go on)", c.Request.Name, c.Request.Name)
	}
	if err == nil {
		e.emit(c, "exec", nil)
	}
	return cmd, err
}

// seen is the container's root as this process sees it: its layers come together
// in its own mount namespace only.
func (c *Container) seen() string { return "/proc/" + strconv.Itoa(c.State.PID) + "/root" }

// become makes a process that of another user. Capabilities are root's: others
// keep only what bounds them.
func (c *Container) become(p *specs.Process, text string) error {
	u, err := passwd.Find(c.seen(), text)
	if err != nil {
		return fmt.Errorf("execute in container %s: %w", c.Request.Name, err)
	}
	if !c.Up() {
		return fmt.Errorf("execute in container %s: %w", c.Request.Name, ErrNotUp)
	}
	p.User = specs.User{UID: u.UID, GID: u.GID, AdditionalGids: u.Groups, Umask: p.User.Umask}
	if u.Home != "" {
		setVariable(&p.Env, "HOME="+u.Home)
	}
	if p.Capabilities == nil {
		return nil
	}
	bound := p.Capabilities.Bounding
	p.Capabilities = &specs.LinuxCapabilities{Bounding: bound}
	if u.UID == 0 {
		p.Capabilities.Effective, p.Capabilities.Permitted = bound, bound
	}
	return nil
}

// setVariable sets NAME=VALUE in an environment.
func setVariable(env *[]string, v string) {
	name, _, _ := strings.Cut(v, "=")
	for i, old := range *env {
		if strings.HasPrefix(old, name+"=") {
			(*env)[i] = v
			return
		}
	}
	*env = append(*env, v)
}
