package setup

import (
	"errors"
	"fmt"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"

	"isle/internal/image/store"
	"isle/internal/oci"
)

const defaultPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

// image is what the image says of how to run it; empty without one.
func (in *Input) image() store.Execution {
	if in.Image == nil {
		return store.Execution{}
	}
	return in.Image.Config
}

// Arguments are what is executed: the entrypoint with the command after it. An
// entrypoint that was asked for takes the image's command away too.
func (in *Input) Arguments() ([]string, error) {
	r, image := in.Request, in.image()
	entrypoint, command := r.Entrypoint, r.Command
	if entrypoint == nil {
		entrypoint = image.Entrypoint
		if len(command) == 0 {
			command = image.Cmd
		}
	}
	args := slices.Concat(entrypoint, command)
	if len(args) == 0 {
		return nil, errors.New("no command was given, and the image has none (say after its name what is to run)")
	}
	return args, nil
}

// process says what is executed, where and with which environment.
func (m *maker) process() (err error) {
	p := m.spec.Process
	if p.Args, err = m.Arguments(); err != nil {
		return err
	}
	for _, dir := range []string{m.req.Workdir, m.image().WorkingDir, "/"} {
		if p.Cwd = dir; dir != "" {
			break
		}
	}
	if m.Image != nil && !path.IsAbs(p.Cwd) && m.req.Workdir == "" {
		p.Cwd = "/" + p.Cwd // as docker takes it
	}
	if !path.IsAbs(p.Cwd) {
		return fmt.Errorf("--workdir %q: it is no absolute path", p.Cwd)
	}
	p.Cwd = path.Clean(p.Cwd)
	p.Terminal = m.req.Terminal
	p.NoNewPrivileges = m.req.NoNewPrivileges
	p.OOMScoreAdj = m.req.OOMScoreAdj
	if m.req.Init {
		if m.shares("pid") {
			return errors.New("--init: it needs a PID namespace of the container's own")
		}
		m.spec.Annotations[oci.AnnotationInit] = "true"
	}
	return m.environment()
}

// environment is isle's, the image's and then what was asked for.
func (m *maker) environment() error {
	var env environ
	if !m.req.UnsetAll {
		env.set("PATH=" + defaultPath)
		env.set("container=isle")
		if m.req.Terminal {
			env.set("TERM=xterm")
		}
	}
	env.set("HOME=" + m.user.Home)
	env.set("HOSTNAME=" + m.hostname())
	if !m.req.UnsetAll {
		for _, v := range m.image().Env {
			env.set(v)
		}
	}
	for _, name := range m.req.UnsetEnv {
		env.unset(name)
	}
	for _, v := range m.req.Env {
		if name, _, ok := strings.Cut(v, "="); !ok || name == "" {
			return fmt.Errorf("--env %q: it is no NAME=VALUE", v)
		}
		env.set(v)
	}
	for i := range m.req.Secrets {
		s := &m.req.Secrets[i]
		if s.Env == "" {
			continue
		}
		value, err := m.secret(s.Name)
		if err != nil {
			return err
		}
		env.set(s.Env + "=" + strings.TrimSuffix(string(value), "\x00"))
	}
	m.spec.Process.Env = env
	return nil
}

func (m *maker) secret(name string) ([]byte, error) {
	if m.Secret == nil {
		return nil, fmt.Errorf("--secret %s: there are no secrets here", name)
	}
	value, err := m.Secret(name)
	if err != nil {
		return nil, fmt.Errorf("--secret %s: %w", name, err)
	}
	return value, nil
}

// environ is an environment in which each name is there once. An entry of an
// image that is none is passed over.
type environ []string

func (e *environ) set(v string) {
	name, _, ok := strings.Cut(v, "=")
	if !ok || name == "" || strings.IndexByte(v, 0) >= 0 {
		return
	}
	if i := e.index(name); i >= 0 {
		(*e)[i] = v
		return
	}
	*e = append(*e, v)
}

func (e *environ) unset(name string) {
	if i := e.index(name); i >= 0 {
		*e = slices.Delete(*e, i, i+1)
	}
}

func (e *environ) index(name string) int {
	return slices.IndexFunc(*e, func(v string) bool { return len(v) > len(name) && v[len(name)] == '=' && v[:len(name)] == name })
}

// hostname is the name of the container's UTS namespace.
func (m *maker) hostname() string {
	if m.req.Hostname != "" {
		return m.req.Hostname
	}
	if m.shares("uts") {
		if name, err := os.Hostname(); m.req.UTS == "host" && err == nil {
			return name
		}
	}
	return m.req.ID[:min(12, len(m.req.ID))]
}

func number(n uint32) string { return strconv.FormatUint(uint64(n), 10) }
