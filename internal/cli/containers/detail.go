package containers

import (
	"cmp"
	"strings"
	"time"

	"isle/internal/engine"
	"isle/internal/engine/request"
	"isle/internal/image/store"
)

// Detail is what isle inspect prints of a container. Scripts read the fields,
// which are those of podman and docker.
type Detail struct {
	ID              string `json:"Id"`
	Created         time.Time
	Path            string
	Args            []string
	State           StateDetail
	Image           string
	ImageDigest     string
	ImageName       string
	Rootfs          string
	Pod             string
	ResolvConfPath  string
	HostnamePath    string
	HostsPath       string
	OCIRuntime      string
	ConmonPidFile   string
	PidFile         string
	Name            string
	RestartCount    int
	Driver          string
	Platform        string
	MountLabel      string
	ProcessLabel    string
	AppArmorProfile string
	EffectiveCaps   []string
	BoundingCaps    []string
	ExecIDs         []string
	GraphDriver     GraphDriver
	SizeRw          *int64 `json:",omitempty"`
	SizeRootFs      *int64 `json:",omitempty"`
	Mounts          []MountDetail
	Dependencies    []string
	NetworkSettings NetworkDetail
	Namespace       string
	IsInfra         bool
	Config          ConfigDetail
	HostConfig      HostDetail
	LogPath         string
}

// StateDetail is what the container is doing.
type StateDetail struct {
	OciVersion   string
	Status       engine.Status
	Running      bool
	Paused       bool
	Restarting   bool
	OOMKilled    bool
	Dead         bool
	Pid          int
	ConmonPid    int
	ExitCode     int
	Error        string
	StartedAt    time.Time
	FinishedAt   time.Time
	Health       HealthDetail
	CgroupPath   string
	Checkpointed bool
}

// HealthDetail is what checks of its health found.
type HealthDetail struct {
	Status        string
	FailingStreak int
	Log           []ProbeDetail
}

// ProbeDetail is one check.
type ProbeDetail struct {
	Start, End time.Time
	ExitCode   int
	Output     string
}

// GraphDriver says where the container's files are.
type GraphDriver struct {
	Name string
	Data map[string]string
}

// detailOf is what is known of a container.
func detailOf(e *engine.Engine, c *engine.Container, sized bool) (*Detail, error) {
	seen, err := e.Look([]*engine.Container{c})
	if err != nil {
		return nil, err
	}
	if len(seen) == 0 {
		return nil, engine.ErrUnknown
	}
	image, err := c.Image()
	if err != nil {
		return nil, err
	}
	r := &c.Request
	d := &Detail{
		ID: r.ID, Created: r.Created, State: stateDetail(seen[0]), Name: r.Name, RestartCount: c.State.Restarts,
		Image: strings.TrimPrefix(r.Image.ID, "sha256:"), ImageDigest: r.Image.Digest, ImageName: r.Image.Name,
		OCIRuntime: "isle", Driver: "overlay", Platform: "linux", PidFile: r.PidFile, AppArmorProfile: r.AppArmor,
		HostnamePath: c.Path("files", "hostname"), HostsPath: c.Path("files", "hosts"), ResolvConfPath: c.Path("files", "resolv.conf"),
		ExecIDs: []string{}, Dependencies: []string{}, EffectiveCaps: []string{}, BoundingCaps: []string{},
		GraphDriver: graphDriver(e, c, image), Mounts: mountDetails(e, c, image), NetworkSettings: networkDetail(r),
		Config: configDetail(c, image), HostConfig: hostDetail(c), LogPath: logPath(c),
	}
	if args, err := c.Arguments(image); err == nil {
		d.Path, d.Args = args[0], args[1:]
	}
	d.State.CgroupPath = cgroupPath(e, c)
	if r.Image.RootFS != "" {
		d.Rootfs = r.Image.RootFS
	}
	if spec, err := e.Runtime.Spec(r.ID); err == nil && spec.Process != nil && spec.Process.Capabilities != nil {
		d.EffectiveCaps = append(d.EffectiveCaps, spec.Process.Capabilities.Effective...)
		d.BoundingCaps = append(d.BoundingCaps, spec.Process.Capabilities.Bounding...)
	}
	if sized {
		size, err := sizeOf(c, image)
		if err != nil {
			return nil, err
		}
		d.SizeRw, d.SizeRootFs = &size.Own, &size.Total
	}
	return d, nil
}

func stateDetail(s engine.Seen) StateDetail {
	state := &s.State
	d := StateDetail{
		OciVersion: "1.2.0", Status: s.Status, Running: up(s), Paused: s.Status == engine.Paused, OOMKilled: state.OOMKilled,
		ExitCode: state.ExitCode, Error: state.Error, StartedAt: state.Started, FinishedAt: state.Finished,
		Health: HealthDetail{Status: state.Health.Status, FailingStreak: state.Health.Failed, Log: []ProbeDetail{}},
	}
	d.Restarting = !d.Running && s.Held() && !state.Finished.IsZero() && !state.Stopping
	if d.Running {
		d.Pid = state.PID
	}
	if s.Held() {
		d.ConmonPid = state.Monitor
	}
	for _, p := range state.Health.Log {
		d.Health.Log = append(d.Health.Log, ProbeDetail(p))
	}
	return d
}

// cgroupPath is the container's cgroup, if it has one now.
func cgroupPath(e *engine.Engine, c *engine.Container) string {
	o, err := e.Runtime.Open(c.Request.ID)
	if err != nil {
		return ""
	}
	defer o.Close()
	if o.Cgroup == nil || len(o.Cgroup.Trees) == 0 {
		return ""
	}
	return o.Cgroup.Trees[0].Path
}

func graphDriver(e *engine.Engine, c *engine.Container, i *store.Image) GraphDriver {
	g := GraphDriver{Name: "overlay", Data: map[string]string{"UpperDir": c.Path("upper"), "WorkDir": c.Path("work"), "MergedDir": c.Path("rootfs")}}
	if i != nil {
		if dirs, err := e.Images.Layers(i); err == nil {
			g.Data["LowerDir"] = strings.Join(dirs, ":")
		}
	}
	return g
}

// NetworkDetail is how the container is connected.
type NetworkDetail struct {
	EndpointID, Gateway, IPAddress, MacAddress string
	IPPrefixLen                                int
	Bridge, SandboxID, SandboxKey              string
	Ports                                      map[string][]PortDetail
	Networks                                   map[string]EndpointDetail
}

// PortDetail is where a port of the container's can be reached on the host.
type PortDetail struct{ HostIp, HostPort string }

// EndpointDetail is how the container is connected to a network.
type EndpointDetail struct {
	NetworkID, EndpointID, Gateway, IPAddress, MacAddress string
	IPPrefixLen                                           int
}

func networkDetail(r *request.Container) NetworkDetail {
	d := NetworkDetail{Ports: map[string][]PortDetail{}, Networks: map[string]EndpointDetail{}}
	for _, p := range r.Expose {
		if !strings.Contains(p, "/") {
			p += "/tcp"
		}
		d.Ports[p] = nil
	}
	name := cmp.Or(r.Network, "none")
	d.Networks[name] = EndpointDetail{NetworkID: name}
	return d
}
