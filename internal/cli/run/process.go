package run

import (
	"bufio"
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
	// An ordinary user keeps the groups that the kernel will not let go of.
	if o.User != "" || !cmd.New.Has(ns.User) {
		cmd.User = &sandbox.User{UID: user.UID, GID: user.GID, Groups: user.Groups}
	}
	if err := o.environment(cmd, user); err != nil {
		return err
	}
	o.directory(cmd)
	o.command(cmd, user)
	cmd.PreserveFDs = o.PreserveFDs
	cmd.Terminal = onTerminal()
	if o.Terminal != nil {
		cmd.Terminal = *o.Terminal
	}
	cmd.NewSession = !cmd.Terminal
	return parent.CheckOpen(o.PreserveFDs)
}

// onTerminal says whether isle's own standard input and outputs are terminals.
func onTerminal() bool {
	return term.IsTerminal(0) && term.IsTerminal(1) && term.IsTerminal(2)
}

const defaultPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

// environment is the caller's for the host's own files, and otherwise a clean one.
func (o *Options) environment(cmd *sandbox.Cmd, user *passwd.User) error {
	if o.RootFS == "" {
		cmd.Env = os.Environ()
	} else {
		cmd.Env = []string{"PATH=" + defaultPath, "HOME=" + user.Home}
		if term, ok := os.LookupEnv("TERM"); ok {
			cmd.Env = append(cmd.Env, "TERM="+term)
		}
	}
	if o.User != "" && o.RootFS == "" {
		cmd.Env = setVar(cmd.Env, "HOME="+user.Home)
	}
	for _, file := range o.EnvFiles {
		vars, err := readEnvFile(file)
		if err != nil {
			return err
		}
		for _, v := range vars {
			cmd.Env = setVar(cmd.Env, v)
		}
	}
	for _, v := range o.Env {
		if name, _, has := strings.Cut(v, "="); !has {
			value, ok := os.LookupEnv(name)
			if !ok {
				continue
			}
			v = name + "=" + value
		} else if name == "" {
			return fmt.Errorf("invalid variable %q", v)
		}
		cmd.Env = setVar(cmd.Env, v)
	}
	return nil
}

// setVar sets a variable, in the place it has if it is there.
func setVar(env []string, v string) []string {
	name, _, _ := strings.Cut(v, "=")
	for i, old := range env {
		if strings.HasPrefix(old, name+"=") {
			env[i] = v
			return env
		}
	}
	return append(env, v)
}

// readEnvFile reads NAME=value lines; empty ones and those with # are passed
// over, a NAME alone is taken from the caller.
func readEnvFile(path string) ([]string, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("environment file: %w", err)
	}
	defer f.Close()
	var vars []string
	lines := bufio.NewScanner(f)
	for n := 1; lines.Scan(); n++ {
		line := strings.TrimLeft(lines.Text(), " \t")
		name, _, has := strings.Cut(line, "=")
		switch {
		case line == "" || line[0] == '#':
		case name == "" || strings.ContainsAny(name, " \t"):
			return nil, fmt.Errorf("environment file %s: line %d: invalid variable %q", path, n, line)
		case has:
			vars = append(vars, line)
		default:
			if value, ok := os.LookupEnv(name); ok {
				vars = append(vars, name+"="+value)
			}
		}
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("environment file %s: %w", path, err)
	}
	return vars, nil
}

// directory is the caller's own for the host's files, if it is among them.
func (o *Options) directory(cmd *sandbox.Cmd) {
	cmd.Dir = o.Dir
	if cmd.Dir != "" || o.RootFS != "" {
		return
	}
	wd, err := os.Getwd()
	if err != nil {
		return
	}
	for _, state := range []string{"/proc", "/sys", "/dev", "/run"} {
		if wd == state || strings.HasPrefix(wd, state+"/") {
			return
		}
	}
	cmd.Dir = wd
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
