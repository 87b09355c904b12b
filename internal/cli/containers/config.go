package containers

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"time"

	"isle/internal/engine"
	"isle/internal/engine/request"
	"isle/internal/engine/setup"
	"isle/internal/image/store"
)

// ConfigDetail is what the container executes, of its image and of what was asked.
type ConfigDetail struct {
	Hostname     string
	Domainname   string
	User         string
	AttachStdin  bool
	AttachStdout bool
	AttachStderr bool
	Tty          bool
	OpenStdin    bool
	StdinOnce    bool
	Env          []string
	Cmd          []string
	Image        string
	Volumes      map[string]struct{}
	WorkingDir   string
	Entrypoint   []string
	OnBuild      []string
	Labels       map[string]string
	Annotations  map[string]string
	ExposedPorts map[string]struct{} `json:",omitempty"`
	StopSignal   string
	StopTimeout  int
	Timeout      int
	Umask        string
	Timezone     string             `json:",omitempty"`
	Secrets      []SecretDetail     `json:",omitempty"`
	Healthcheck  *HealthcheckDetail `json:",omitempty"`

	HealthcheckOnFailureAction string `json:",omitempty"`
}

// SecretDetail is a secret that the container can read.
type SecretDetail struct {
	Name           string
	UID, GID, Mode uint32
}

// HealthcheckDetail says how it is found out whether it does what it should.
type HealthcheckDetail struct {
	Test                                          []string
	Interval, Timeout, StartPeriod, StartInterval time.Duration
	Retries                                       int
}

func configDetail(c *engine.Container, i *store.Image) ConfigDetail {
	r := &c.Request
	var own store.Execution
	var config *store.Config
	if i != nil {
		own, config = i.Config.Config, &i.Config
	}
	d := ConfigDetail{
		Hostname: hostname(r), Domainname: r.Domainname, User: cmp.Or(r.User, own.User), Tty: r.Terminal, OpenStdin: r.OpenStdin,
		Env: environment(r, own.Env), Cmd: r.Command, Image: cmp.Or(r.Image.Name, r.Image.RootFS), Volumes: own.Volumes,
		WorkingDir: cmp.Or(r.Workdir, own.WorkingDir, "/"), Entrypoint: r.Entrypoint, OnBuild: own.OnBuild, Labels: labels(r, own.Labels),
		Annotations: r.Annotations, ExposedPorts: own.ExposedPorts, StopSignal: setup.StopSignal(r, config),
		StopTimeout: c.StopSeconds(), Timeout: r.Timeout, Umask: cmp.Or(r.Umask, "0022"), Timezone: r.Timezone,
	}
	if d.Entrypoint == nil {
		d.Entrypoint = own.Entrypoint
		if len(d.Cmd) == 0 {
			d.Cmd = own.Cmd
		}
	}
	for _, s := range r.Secrets {
		d.Secrets = append(d.Secrets, SecretDetail{s.Name, s.UID, s.GID, s.Mode})
	}
	if h := setup.Health(r, config); h != nil {
		d.Healthcheck = &HealthcheckDetail{h.Test, h.Interval, h.Timeout, h.StartPeriod, h.StartInterval, h.Retries}
		d.HealthcheckOnFailureAction = cmp.Or(h.OnFailure, "none")
	}
	return d
}

func hostname(r *request.Container) string { return cmp.Or(r.Hostname, r.ID[:12]) }

// environment is the image's, without what is left out, and what was given.
func environment(r *request.Container, own []string) []string {
	list := []string{}
	set := func(v string) {
		name, _, _ := strings.Cut(v, "=")
		list = append(slices.DeleteFunc(list, func(old string) bool { return strings.HasPrefix(old, name+"=") }), v)
	}
	for _, v := range own {
		if name, _, _ := strings.Cut(v, "="); !r.UnsetAll && !slices.Contains(r.UnsetEnv, name) {
			set(v)
		}
	}
	for _, v := range r.Env {
		set(v)
	}
	return list
}

func labels(r *request.Container, own map[string]string) map[string]string {
	m := map[string]string{}
	maps.Copy(m, own)
	maps.Copy(m, r.Labels)
	return m
}

// MountDetail is a place of the container's with files from somewhere else.
type MountDetail struct {
	Type        string
	Name        string `json:",omitempty"`
	Source      string
	Destination string
	Driver      string
	Mode        string
	Options     []string
	RW          bool
	Propagation string
}

func mountDetails(e *engine.Engine, c *engine.Container, image *store.Image) []MountDetail {
	list := []MountDetail{}
	var config *store.Config
	if image != nil {
		config = &image.Config
	}
	for _, m := range setup.Volumes(&c.Request, config) {
		d := MountDetail{Type: cmp.Or(m.Type, "bind"), Source: m.Source, Destination: m.Target, Options: append([]string{}, m.Options...), RW: !m.ReadOnly, Propagation: "rprivate"}
		for _, o := range m.Options {
			switch o {
			case "ro":
				d.RW = false
			case "z", "Z":
				d.Mode = o
			case "shared", "rshared", "slave", "rslave", "private":
				d.Propagation = o
			}
		}
		if m.Type == "volume" {
			d.Name, d.Driver, d.Source = m.Source, "local", e.VolumePath(m.Source)
		}
		list = append(list, d)
	}
	return list
}
