package oci

import (
	"errors"
	"fmt"
	"strings"

	specs "github.com/opencontainers/runtime-spec/specs-go"

	"isle/internal/caps"
	"isle/internal/container"
	"isle/internal/getopt"
	"isle/internal/oci/bundle"
	"isle/internal/spawn"
)

func execute() *verb {
	return &verb{
		name: "exec", operands: "ID [COMMAND [ARG...]]", short: "Execute a process in a container", least: 1, most: 1 << 20,
		options: []getopt.Option{
			{Long: "process", Short: 'p', Arg: getopt.Required, ArgName: "FILE", Group: options, Help: "the process as JSON, as in config.json"},
			{Long: "cwd", Arg: getopt.Required, ArgName: "DIR", Group: options, Help: "the working directory"},
			{Long: "env", Short: 'e', Arg: getopt.Required, ArgName: "NAME=VALUE", Group: options, Help: "set an environment variable"},
			{Long: "tty", Short: 't', Arg: getopt.Optional, ArgName: "BOOL", Group: options, Help: "give it a terminal"},
			{Long: "user", Short: 'u', Arg: getopt.Required, ArgName: "UID[:GID]", Group: options, Help: "the user, by number"},
			{Long: "additional-gids", Short: 'g', Arg: getopt.Required, ArgName: "GID", Group: options, Help: "a supplementary group"},
			{Long: "detach", Short: 'd', Arg: getopt.Optional, ArgName: "BOOL", Group: options, Help: "do not wait for its end"},
			{Long: "pid-file", Arg: getopt.Required, ArgName: "FILE", Group: options, Help: "write the process's pid to FILE"},
			{Long: "console-socket", Arg: getopt.Required, ArgName: "SOCKET", Group: options, Help: "send the outer end of its terminal to SOCKET"},
			{Long: "pidfd-socket", Arg: getopt.Required, ArgName: "SOCKET", Group: options, Help: "send a pidfd of the process to SOCKET"},
			{Long: "process-label", Arg: getopt.Required, ArgName: "LABEL", Group: options, Help: "the SELinux label"},
			{Long: "apparmor", Arg: getopt.Required, ArgName: "PROFILE", Group: options, Help: "the AppArmor profile"},
			{Long: "no-new-privs", Arg: getopt.Optional, ArgName: "BOOL", Group: options, Help: "keep it from gaining privileges"},
			{Long: "cap", Short: 'c', Arg: getopt.Required, ArgName: "CAP", Group: options, Help: "give it a capability more"},
			{Long: "preserve-fds", Arg: getopt.Required, ArgName: "N", Group: options, Help: "hand N descriptors from 3 on to it"},
			{Long: "cgroup", Arg: getopt.Required, ArgName: "PATH", Group: options, Help: "put it into a cgroup below the container's"},
			{Long: "ignore-paused", Arg: getopt.Optional, ArgName: "BOOL", Group: options, Help: "even if the container is paused"},
		},
		run: executeProcess,
	}
}

func executeProcess(c *call) error {
	o, err := c.options()
	if err != nil {
		return err
	}
	process, err := c.process()
	if err != nil {
		return err
	}
	detach := c.on("detach")
	if !detach {
		o.Console, o.ConsoleSize = c.relay, ownSize()
	}
	spawn.Forward(forwarded(), nil)
	cmd, err := c.store.Exec(c.id(), process, o)
	if err != nil {
		return err
	}
	if detach {
		return nil
	}
	spawn.ForwardTo(cmd.Process.Pid())
	status, err := cmd.WaitStatus(false)
	spawn.ForwardTo(0)
	c.unrelay()
	if err != nil {
		return err
	}
	c.exit = exitStatus(status)
	return nil
}

// process is what is to be executed: that of a file, or the container's own
// with what the command line says otherwise.
func (c *call) process() (*container.Process, error) {
	p := &container.Process{Paused: c.on("ignore-paused"), Cgroups: c.values("cgroup")}
	if file := c.text("process"); file != "" {
		read, err := bundle.ReadProcess(file)
		if err == nil {
			err = bundle.CheckProcess(read).Err()
		}
		if err != nil {
			return nil, fmt.Errorf("%s:\n%w", file, err)
		}
		p.Process = *read
		return p, nil
	}
	args := c.operands[1:]
	if len(args) > 0 && args[0] == "--" {
		args = args[1:]
	}
	if len(args) == 0 {
		return nil, errors.New("no command to execute, and no --process")
	}
	spec, err := c.store.Spec(c.id())
	if err != nil {
		return nil, err
	}
	p.Process = *spec.Process
	p.Args, p.Terminal, p.ConsoleSize = args, false, nil
	return p, c.alter(&p.Process)
}

// alter changes a process as the command line says.
func (c *call) alter(p *specs.Process) error {
	if cwd := c.text("cwd"); cwd != "" {
		if !strings.HasPrefix(cwd, "/") {
			return fmt.Errorf("--cwd: %q is not an absolute path", cwd)
		}
		p.Cwd = cwd
	}
	p.Terminal = c.on("tty")
	p.Env = append(p.Env[:len(p.Env):len(p.Env)], c.values("env")...)
	if label, ok := c.value("process-label"); ok {
		p.SelinuxLabel = label
	}
	if profile, ok := c.value("apparmor"); ok {
		p.ApparmorProfile = profile
	}
	if _, ok := c.value("no-new-privs"); ok {
		p.NoNewPrivileges = c.on("no-new-privs")
	}
	names := c.values("cap")
	for _, name := range names {
		if _, err := caps.ParseCap(name); err != nil {
			return fmt.Errorf("--cap: %w", err)
		}
	}
	if len(names) > 0 {
		p.Capabilities = withCapabilities(p.Capabilities, names)
	}
	return c.alterUser(&p.User)
}

// alterUser reads numbers strictly: what is no number is never user 0.
func (c *call) alterUser(user *specs.User) error {
	if text, ok := c.value("user"); ok {
		uid, gid, grouped := strings.Cut(text, ":")
		n, err := number("--user", uid)
		if err != nil {
			return err
		}
		*user = specs.User{UID: n, GID: user.GID, Umask: user.Umask, AdditionalGids: user.AdditionalGids}
		if grouped {
			if user.GID, err = number("--user", gid); err != nil {
				return err
			}
		}
	}
	for _, text := range c.values("additional-gids") {
		n, err := number("--additional-gids", text)
		if err != nil {
			return err
		}
		user.AdditionalGids = append(user.AdditionalGids[:len(user.AdditionalGids):len(user.AdditionalGids)], n)
	}
	return nil
}

func number(option, text string) (uint32, error) {
	n, err := getopt.Uint(text, 1<<32-2)
	if err != nil {
		return 0, fmt.Errorf("%s: %q is no id: it is a number from 0 to %d", option, text, uint32(1<<32-2))
	}
	return uint32(n), nil
}

func withCapabilities(have *specs.LinuxCapabilities, names []string) *specs.LinuxCapabilities {
	all := specs.LinuxCapabilities{}
	if have != nil {
		all = *have
	}
	for _, set := range []*[]string{&all.Bounding, &all.Effective, &all.Permitted} {
		*set = append((*set)[:len(*set):len(*set)], names...)
	}
	return &all
}
