package options

import (
	"errors"
	"fmt"
	"math"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"isle/internal/engine/attach"
	"isle/internal/engine/logs"
	"isle/internal/engine/request"
	"isle/internal/getopt"
)

const lifeGroup = "Containers: life"

func life() []Option {
	const g = lifeGroup
	r := func(o *Options) *request.Container { return &o.Request }
	return []Option{
		opt(g, "name", 0, "NAME", "the container's name; one is made up unless given", setName),
		sw(g, "detach", 'd', "let it run in the background, and print its ID", on(func(o *Options) *bool { return &o.Detach })),
		opt(g, "attach", 'a', "STREAM", "be at stdin, stdout or stderr only; may be given several times", setAttach),
		opt(g, "detach-keys", 0, "KEYS", "the keys that leave it alone, ctrl-p,ctrl-q unless given; empty: none", setDetachKeys),
		sw(g, "sig-proxy", 0, "pass signals on to it, as it does unless BOOL is false", on(func(o *Options) *bool { return &o.SigProxy })),
		sw(g, "rm", 0, "remove it when it has ended", on(func(o *Options) *bool { return &r(o).Remove })),
		sw(g, "replace", 0, "remove another container of that name first", on(func(o *Options) *bool { return &o.Replace })),
		opt(g, "restart", 0, "POLICY", "start it again when it has ended: no, on-failure[:N], always, unless-stopped", setRestart),
		opt(g, "stop-signal", 0, "SIGNAL", "what asks it to end, SIGTERM unless the image says otherwise", setStopSignal),
		opt(g, "stop-timeout", 0, "SECONDS", "how long it may take to end before it is killed, 10 unless given; -1 is for ever", setStopTimeout),
		opt(g, "timeout", 0, "SECONDS", "kill it after that time", whole(func(o *Options) *int { return &r(o).Timeout }, 0, math.MaxInt32)),
		opt(g, "cidfile", 0, "FILE", "write its ID to FILE, which must not be there yet", text(func(o *Options) *string { return &o.CIDFile })),
		opt(g, "pidfile", 0, "FILE", "write the pid of its first process to FILE", setPidFile),
		opt(g, "label", 'l', "KEY[=VALUE]", "say something of it to those who ask", setLabel),
		opt(g, "label-file", 0, "FILE", "read labels from FILE, a line each", setLabelFile),
		opt(g, "annotation", 0, "KEY=VALUE", "say something of it to hooks and to the OCI runtime", pair(func(o *Options) *map[string]string { return &r(o).Annotations })),
		opt(g, "log-driver", 0, "DRIVER", "where its output is kept: json-file (also k8s-file, local), journald, none, passthrough", setLogDriver),
		opt(g, "log-opt", 0, "NAME=VALUE", "how: max-size, max-file, path, tag, labels", setLogOption),
	}
}

func setName(o *Options, s string) error {
	if !isName(s) {
		return fmt.Errorf("%q is no name: it has up to 128 letters, digits, and the signs _ . -, and begins with a letter or a digit", s)
	}
	o.Request.Name = s
	return nil
}

func setAttach(o *Options, s string) error {
	s = strings.ToLower(s)
	if !slices.Contains([]string{"stdin", "stdout", "stderr"}, s) {
		return fmt.Errorf("%q is not one of stdin, stdout, stderr", s)
	}
	o.Attach = append(o.Attach, s)
	return nil
}

// setDetachKeys takes keys such as ctrl-p,ctrl-q, or nothing for none.
func setDetachKeys(o *Options, s string) error {
	if _, err := attach.ParseKeys(s); err != nil {
		return err
	}
	o.Request.DetachKeys = &s
	return nil
}

func setStopTimeout(o *Options, s string) error {
	n, err := parseInt(s, -1, math.MaxInt32)
	seconds := int(n)
	o.Request.StopTimeout = &seconds
	return err
}

// setRestart takes a policy, and how often on-failure starts again.
func setRestart(o *Options, s string) error {
	policy, most, bounded := strings.Cut(s, ":")
	r := &o.Request
	r.RestartMax = 0
	switch policy {
	case "no", "never":
		policy = ""
	case "always", "unless-stopped", "on-failure":
	default:
		return fmt.Errorf("%q is not one of no, on-failure[:N], always, unless-stopped", s)
	}
	r.Restart = policy
	if !bounded {
		return nil
	}
	if policy != "on-failure" {
		return errors.New("only on-failure can be bounded")
	}
	n, err := parseInt(most, 0, math.MaxInt32)
	r.RestartMax = int(n)
	return err
}

func setStopSignal(o *Options, s string) error {
	if _, err := getopt.Signal(s); err != nil {
		return err
	}
	o.Request.StopSignal = s
	return nil
}

// setPidFile keeps an absolute path: it is written by who holds the container.
func setPidFile(o *Options, s string) (err error) {
	o.Request.PidFile, err = filepath.Abs(s)
	return err
}

func setLabel(o *Options, s string) error {
	key, value, _ := strings.Cut(s, "=")
	if key == "" {
		return fmt.Errorf("%q is not KEY[=VALUE]", s)
	}
	put(&o.Request.Labels, key, value)
	return nil
}

func setLabelFile(o *Options, s string) error {
	return lines(s, func(line string) error { return setLabel(o, line) })
}

func setLogDriver(o *Options, s string) error {
	if _, err := logs.Driver(s); err != nil || s == "" {
		return fmt.Errorf("%q is not one of json-file, k8s-file, local, journald, none, passthrough", s)
	}
	o.Request.Log.Driver = s
	return nil
}

// setLogOption writes sizes down as bytes.
func setLogOption(o *Options, s string) error {
	name, value, ok := strings.Cut(s, "=")
	if !ok || value == "" {
		return fmt.Errorf("%q is not NAME=VALUE", s)
	}
	switch name {
	case "max-size", "max-file":
		parse := parseSize
		if name == "max-file" {
			parse = count
		}
		n, err := parse(value)
		if err != nil {
			return err
		}
		if n < 1 {
			return fmt.Errorf("%s: there is nothing to keep", s)
		}
		value = strconv.FormatInt(n, 10)
	case "path":
		path, err := filepath.Abs(value)
		if err != nil {
			return err
		}
		value = path
	case "tag", "labels":
	default:
		return fmt.Errorf("%q is not one of max-size, max-file, path, tag, labels", name)
	}
	put(&o.Request.Log.Options, name, value)
	return nil
}
