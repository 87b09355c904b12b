package oci

import (
	"fmt"
	"os"
	"syscall"

	"isle/internal/cli/parent"
	"isle/internal/container"
	"isle/internal/getopt"
	"isle/internal/oci"
	"isle/internal/plan"
	"isle/internal/spawn"
)

const options = "Options"

// birthOptions are those of create and run.
func birthOptions() []getopt.Option {
	return []getopt.Option{
		{Long: "bundle", Short: 'b', Arg: getopt.Required, ArgName: "DIR", Group: options, Help: "the bundle; by default the working directory"},
		{Long: "config", Short: 'f', Arg: getopt.Required, ArgName: "FILE", Group: options, Help: "the configuration, in place of the bundle's config.json"},
		{Long: "console-socket", Arg: getopt.Required, ArgName: "SOCKET", Group: options, Help: "send the outer end of the process's terminal to SOCKET"},
		{Long: "pidfd-socket", Arg: getopt.Required, ArgName: "SOCKET", Group: options, Help: "send a pidfd of the process to SOCKET"},
		{Long: "pid-file", Arg: getopt.Required, ArgName: "FILE", Group: options, Help: "write the process's pid to FILE"},
		{Long: "preserve-fds", Arg: getopt.Required, ArgName: "N", Group: options, Help: "hand N descriptors from 3 on to the process"},
		{Long: "no-pivot", Arg: getopt.Optional, ArgName: "BOOL", Group: options, Help: "do not pivot into the root, as on a ramdisk; less safe"},
		{Long: "no-new-keyring", Arg: getopt.Optional, ArgName: "BOOL", Group: options, Help: "keep the session keyring"},
		{Long: "no-subreaper", Arg: getopt.Optional, ArgName: "BOOL"},
		{Long: "dry-run", Arg: getopt.Optional, ArgName: "FORM", Group: options, Help: "show the plan and do nothing of it: steps, shell, syscalls or json"},
	}
}

func create() *verb {
	return &verb{
		name: "create", operands: "ID", short: "Make a container whose process waits to be started", options: birthOptions(), least: 1, most: 1,
		run: func(c *call) error {
			o, err := c.options()
			if err != nil {
				return err
			}
			if form, dry := c.value("dry-run"); dry {
				return c.dryRun(o, form)
			}
			return c.store.Create(c.id(), o)
		},
	}
}

func start() *verb {
	return &verb{
		name: "start", operands: "ID", short: "Start the process of a container that was created", least: 1, most: 1,
		run: func(c *call) error { return c.store.Start(c.id(), &container.Options{Warn: c.warn}) },
	}
}

func run() *verb {
	return &verb{
		name: "run", operands: "ID", short: "Make a container and start it", least: 1, most: 1,
		options: append(birthOptions(),
			getopt.Option{Long: "detach", Short: 'd', Arg: getopt.Optional, ArgName: "BOOL", Group: options, Help: "do not wait for its end"},
			getopt.Option{Long: "keep", Arg: getopt.Optional, ArgName: "BOOL", Group: options, Help: "keep the container's state when its process has ended"}),
		run: func(c *call) error {
			o, err := c.options()
			if err != nil {
				return err
			}
			if form, dry := c.value("dry-run"); dry {
				return c.dryRun(o, form)
			}
			return c.attend(o, func() (*container.Session, error) { return c.store.Run(c.id(), o) })
		},
	}
}

// attend waits for the end of a container that begin starts, unless it is to be
// detached.
func (c *call) attend(o *container.Options, begin func() (*container.Session, error)) error {
	detach := c.on("detach")
	if !detach {
		o.Console, o.ConsoleSize = c.relay, ownSize()
	}
	spawn.Forward(forwarded(), nil)
	session, err := begin()
	if err != nil {
		return err
	}
	if detach {
		session.Leave()
		return nil
	}
	spawn.ForwardTo(session.PID())
	status, err := session.Wait()
	spawn.ForwardTo(0)
	c.unrelay()
	if err != nil {
		return err
	}
	c.exit = exitStatus(status)
	if c.on("keep") {
		session.Leave()
		return nil
	}
	return session.Finish()
}

func exitStatus(status syscall.WaitStatus) int {
	if status.Signaled() {
		return 128 + int(status.Signal())
	}
	return status.ExitStatus()
}

// options are what the command line says of a container.
func (c *call) options() (*container.Options, error) {
	o := &container.Options{
		Bundle: c.text("bundle"), Config: c.text("config"), PidFile: c.text("pid-file"),
		ConsoleSocket: c.text("console-socket"), PidfdSocket: c.text("pidfd-socket"),
		NoPivot: c.on("no-pivot"), NoNewKeyring: c.on("no-new-keyring"), Systemd: c.systemd, NoCgroups: c.nobody, Rootless: c.rootless, Warn: c.warn,
	}
	if text, given := c.value("preserve-fds"); given {
		n, err := getopt.Uint(text, 1<<16)
		if err != nil {
			return nil, fmt.Errorf("--preserve-fds: %q is no number of descriptors", text)
		}
		o.PreserveFDs = int(n)
	}
	if c.verb.name != "exec" {
		o.PreserveFDs += oci.ListenFDs()
	}
	return o, parent.CheckOpen(o.PreserveFDs)
}

// dryRun shows the plan of a bundle.
func (c *call) dryRun(o *container.Options, form string) error {
	f, err := plan.ParseForm(form)
	if err != nil {
		return err
	}
	p, err := c.store.Plan(c.id(), o, c.verb.name == "create")
	if err != nil {
		return err
	}
	return p.Show(os.Stdout, f)
}
