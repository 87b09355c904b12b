package run

import (
	"fmt"
	"os"
	"strings"

	"golang.org/x/term"

	"isle/internal/cli/parent"
	"isle/internal/passwd"
	"isle/ns"
	"isle/sandbox"
)

// process fills in what is run, as whom, where and with which environment.
func (o *Options) process(cmd *sandbox.Cmd) error {
	user, err := passwd.Find(rootDir(cmd), o.User)
	if err != nil {
		return err
	}
	o.identity(cmd, user)
	if err := o.environment(cmd, user); err != nil {
		return err
	}
	if err := o.directory(cmd); err != nil {
		return err
	}
	o.command(cmd, user)
	cmd.PreserveFDs = o.PreserveFDs
	cmd.Terminal = onTerminal()
	if o.Terminal != nil {
		cmd.Terminal = *o.Terminal
	}
	cmd.NewSession = !cmd.Terminal
	return parent.CheckOpen(o.PreserveFDs)
}

// identity is who the program runs as. An ordinary user keeps the groups that
// the kernel will not let go of.
func (o *Options) identity(cmd *sandbox.Cmd, user *passwd.User) {
	if o.User == "" && cmd.New.Has(ns.User) {
		return
	}
	cmd.User = &sandbox.User{UID: user.UID, GID: user.GID, Groups: user.Groups}
	if !cmd.New.Has(ns.User) && groupsDenied() {
		cmd.User.Groups = nil
	}
}

// groupsDenied says whether this process's user namespace forbids to change
// supplementary groups (user_namespaces(7)).
func groupsDenied() bool {
	text, err := os.ReadFile("/proc/self/setgroups")
	return err == nil && strings.TrimSpace(string(text)) == "deny"
}

// onTerminal says whether isle's own standard input and outputs are terminals.
func onTerminal() bool {
	return term.IsTerminal(0) && term.IsTerminal(1) && term.IsTerminal(2)
}

// directory is the caller's own for the host's files, if it is among them.
func (o *Options) directory(cmd *sandbox.Cmd) error {
	if o.Dir != "" && !strings.HasPrefix(o.Dir, "/") {
		return fmt.Errorf("working directory %q is not an absolute path", o.Dir)
	}
	cmd.Dir = o.Dir
	if cmd.Dir != "" || o.RootFS != "" {
		return nil
	}
	wd, err := os.Getwd()
	if err != nil {
		return nil // it was removed; the root will do
	}
	for _, state := range []string{"/proc", "/sys", "/dev", "/run"} {
		if wd == state || strings.HasPrefix(wd, state+"/") {
			return nil
		}
	}
	cmd.Dir = wd
	return nil
}

// command is the shell if none is given: the caller's if the root has it.
func (o *Options) command(cmd *sandbox.Cmd, user *passwd.User) {
	cmd.Args = o.Command
	if len(cmd.Args) == 0 {
		shell := os.Getenv("SHELL")
		if shell == "" || !passwd.Exists(rootDir(cmd), shell) {
			shell = user.Shell
		}
		cmd.Args = []string{shell}
	}
	cmd.Path = cmd.Args[0]
}
