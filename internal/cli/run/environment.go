package run

import (
	"bufio"
	"fmt"
	"os"
	"strings"

	"isle/internal/passwd"
	"isle/sandbox"
)

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
		v, err := variable(v)
		if err != nil {
			return err
		}
		if v != "" {
			cmd.Env = setVar(cmd.Env, v)
		}
	}
	return nil
}

// variable reads NAME=value, or NAME for the caller's value; it is empty if the
// caller has none.
func variable(text string) (string, error) {
	name, _, has := strings.Cut(text, "=")
	if name == "" || strings.ContainsAny(name, " \t\n") {
		return "", fmt.Errorf("invalid variable %q: it is NAME=VALUE or NAME", text)
	}
	if has {
		return text, nil
	}
	if value, ok := os.LookupEnv(name); ok {
		return name + "=" + value, nil
	}
	return "", nil
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

// readEnvFile reads a variable a line; empty lines and those with # are passed
// over.
func readEnvFile(path string) ([]string, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("environment file: %w", err)
	}
	defer f.Close()
	var vars []string
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<20)
	for n := 1; lines.Scan(); n++ {
		line := strings.TrimLeft(lines.Text(), " \t")
		if line == "" || line[0] == '#' {
			continue
		}
		v, err := variable(line)
		if err != nil {
			return nil, fmt.Errorf("environment file %s: line %d: %w", path, n, err)
		}
		if v != "" {
			vars = append(vars, v)
		}
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("environment file %s: %w", path, err)
	}
	return vars, nil
}
