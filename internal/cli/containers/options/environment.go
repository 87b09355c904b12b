package options

import (
	"bufio"
	"fmt"
	"os"
	"strings"
)

// environment is what was said of variables. It is put together when all of it is
// known: files come before single variables, wherever they stand.
type environment struct {
	set, files    []string
	host, proxies bool
}

// proxyVariables are those that programs find their way through proxies by.
func proxyVariables() []string {
	return []string{"http_proxy", "https_proxy", "ftp_proxy", "no_proxy", "HTTP_PROXY", "HTTPS_PROXY", "FTP_PROXY", "NO_PROXY"}
}

func (o *Options) finishEnvironment() error {
	var env []string
	if o.env.proxies {
		for _, name := range proxyVariables() {
			if value, ok := os.LookupEnv(name); ok {
				env = append(env, name+"="+value)
			}
		}
	}
	if o.env.host {
		for _, v := range os.Environ() {
			env = with(env, v)
		}
	}
	all, err := Environment(env, o.env.files, o.env.set)
	o.Request.Env = all
	return err
}

// Environment adds the variables of files, and then those of a command line, to
// others.
func Environment(env, files, set []string) ([]string, error) {
	for _, file := range files {
		if err := lines(file, func(line string) error { return add(&env, line) }); err != nil {
			return nil, fmt.Errorf("environment file %s: %w", file, err)
		}
	}
	for _, v := range set {
		if err := add(&env, v); err != nil {
			return nil, fmt.Errorf("--env: %w", err)
		}
	}
	return env, nil
}

// add takes NAME=VALUE; NAME for the caller's value, if there is one; or NAME* for
// all of the caller's that begin so.
func add(env *[]string, s string) error {
	name, _, has := strings.Cut(s, "=")
	if name == "" || strings.ContainsAny(name, " \t\n\x00") || strings.ContainsRune(s, 0) {
		return fmt.Errorf("invalid variable %q: it is NAME=VALUE or NAME", s)
	}
	if has {
		*env = with(*env, s)
		return nil
	}
	if begin, all := strings.CutSuffix(name, "*"); all {
		for _, v := range os.Environ() {
			if strings.HasPrefix(v, begin) {
				*env = with(*env, v)
			}
		}
		return nil
	}
	if value, ok := os.LookupEnv(name); ok {
		*env = with(*env, name+"="+value)
	}
	return nil
}

// with sets a variable, in the place it has if it is there.
func with(env []string, v string) []string {
	name, _, _ := strings.Cut(v, "=")
	for i, old := range env {
		if strings.HasPrefix(old, name+"=") {
			env[i] = v
			return env
		}
	}
	return append(env, v)
}

// longest is how long a line of a file may be.
const longest = 1 << 20

// lines calls f with each line of a file that is neither empty nor begins with #.
func lines(path string, f func(line string) error) error {
	file, err := os.Open(path)
	if err != nil {
		if e, ok := err.(*os.PathError); ok {
			err = e.Err
		}
		return err
	}
	defer file.Close()
	all := bufio.NewScanner(file)
	all.Buffer(nil, longest)
	for n := 1; all.Scan(); n++ {
		line := strings.TrimLeft(strings.TrimSuffix(all.Text(), "\r"), " \t")
		if line == "" || line[0] == '#' {
			continue
		}
		if err := f(line); err != nil {
			return fmt.Errorf("line %d: %w", n, err)
		}
	}
	return all.Err()
}
