package containers

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"isle/internal/engine"
	"isle/internal/engine/request"
)

// HostDetail is what the container may do to the host, and what it is held to.
type HostDetail struct {
	Binds                                       []string
	CgroupManager, CgroupMode, CgroupParent     string
	ContainerIDFile                             string
	LogConfig                                   LogDetail
	NetworkMode                                 string
	PortBindings                                map[string][]PortDetail
	RestartPolicy                               RestartDetail
	AutoRemove                                  bool
	VolumeDriver                                string
	VolumesFrom                                 []string
	CapAdd, CapDrop                             []string
	Dns, DnsOptions, DnsSearch, ExtraHosts      []string
	GroupAdd                                    []string
	IpcMode, PidMode, UTSMode, UsernsMode       string
	Cgroup, Cgroups                             string
	Privileged, PublishAllPorts, ReadonlyRootfs bool
	SecurityOpt                                 []string
	Tmpfs                                       map[string]string
	ShmSize                                     int64
	Sysctls                                     map[string]string
	Runtime, Isolation                          string
	Init                                        bool
	OomScoreAdj                                 int

	CpuShares                                       uint64
	Memory, NanoCpus                                int64
	BlkioWeight                                     uint16
	BlkioWeightDevice                               []string
	BlkioDeviceReadBps, BlkioDeviceWriteBps         []string
	BlkioDeviceReadIOps, BlkioDeviceWriteIOps       []string
	CpuPeriod                                       uint64
	CpuQuota                                        int64
	CpuRealtimePeriod                               uint64
	CpuRealtimeRuntime                              int64
	CpusetCpus, CpusetMems                          string
	Devices                                         []DeviceDetail
	MemoryReservation, MemorySwap, MemorySwappiness int64
	OomKillDisable                                  bool
	PidsLimit                                       int64
	Ulimits                                         []UlimitDetail
}

// LogDetail is where the container's output is kept.
type LogDetail struct {
	Type   string
	Config map[string]string
	Path   string
	Tag    string
	Size   string
}

// RestartDetail says when the container is started again.
type RestartDetail struct {
	Name              string
	MaximumRetryCount int
}

// DeviceDetail is a device of the host's that the container may use.
type DeviceDetail struct{ PathOnHost, PathInContainer, CgroupPermissions string }

// UlimitDetail is a limit of each of its processes.
type UlimitDetail struct {
	Name       string
	Soft, Hard int64
}

func hostDetail(c *engine.Container) HostDetail {
	r, l := &c.Request, &c.Request.Limits
	d := HostDetail{
		Binds: []string{}, CgroupParent: r.CgroupParent, CgroupMode: mode(r.Cgroupns), Cgroups: cmp.Or(r.Cgroups, "default"),
		LogConfig:   LogDetail{Type: cmp.Or(r.Log.Driver, "json-file"), Config: r.Log.Options, Path: logPath(c), Tag: r.Log.Options["tag"], Size: cmp.Or(r.Log.Options["max-size"], "0B")},
		NetworkMode: cmp.Or(r.Network, "none"), PortBindings: map[string][]PortDetail{},
		RestartPolicy: RestartDetail{cmp.Or(r.Restart, "no"), r.RestartMax}, AutoRemove: r.Remove, VolumesFrom: r.VolumesFrom,
		CapAdd: list(r.CapAdd), CapDrop: list(r.CapDrop), Dns: list(r.DNS), DnsOptions: list(r.DNSOption), DnsSearch: list(r.DNSSearch),
		ExtraHosts: list(r.AddHost), GroupAdd: list(r.Groups), IpcMode: mode(r.IPC), PidMode: mode(r.PID), UTSMode: mode(r.UTS), UsernsMode: r.Userns,
		Privileged: r.Privileged, ReadonlyRootfs: r.ReadOnly, SecurityOpt: securityOpt(r), Tmpfs: map[string]string{}, ShmSize: cmp.Or(r.ShmSize, 64<<20),
		Sysctls: r.Sysctl, Runtime: "isle", Init: r.Init,
		CpuShares: l.CPUShares, Memory: l.Memory, NanoCpus: int64(l.CPUs * 1e9), BlkioWeight: l.BlkioWeight, BlkioWeightDevice: list(l.BlkioWeightDevice),
		BlkioDeviceReadBps: list(l.ReadBps), BlkioDeviceWriteBps: list(l.WriteBps), BlkioDeviceReadIOps: list(l.ReadIOps), BlkioDeviceWriteIOps: list(l.WriteIOps),
		CpuPeriod: l.CPUPeriod, CpuQuota: l.CPUQuota, CpuRealtimePeriod: l.CPURtPeriod, CpuRealtimeRuntime: l.CPURtRuntime, CpusetCpus: l.CpusetCPUs, CpusetMems: l.CpusetMems,
		Devices: []DeviceDetail{}, MemoryReservation: l.MemoryReservation, MemorySwap: l.MemorySwap, MemorySwappiness: -1, OomKillDisable: l.OOMKillDisable, PidsLimit: 2048, Ulimits: ulimits(r.Ulimits),
	}
	if l.MemorySwappiness != nil {
		d.MemorySwappiness = *l.MemorySwappiness
	}
	if l.PidsLimit != nil {
		d.PidsLimit = *l.PidsLimit
	}
	if r.OOMScoreAdj != nil {
		d.OomScoreAdj = *r.OOMScoreAdj
	}
	for _, m := range r.Mounts {
		switch m.Type {
		case "bind", "volume":
			d.Binds = append(d.Binds, bindText(m))
		case "tmpfs":
			d.Tmpfs[m.Target] = strings.Join(m.Options, ",")
		}
	}
	for _, text := range r.Devices {
		parts := append(strings.Split(text, ":"), "", "")
		d.Devices = append(d.Devices, DeviceDetail{parts[0], cmp.Or(parts[1], parts[0]), cmp.Or(parts[2], "rwm")})
	}
	return d
}

func list(l []string) []string { return append([]string{}, l...) }

func mode(namespace string) string { return cmp.Or(namespace, "private") }

func bindText(m request.Mount) string {
	options := slices.Clone(m.Options)
	if m.ReadOnly && !slices.Contains(options, "ro") {
		options = append(options, "ro")
	}
	text := m.Source + ":" + m.Target
	if len(options) > 0 {
		text += ":" + strings.Join(options, ",")
	}
	return text
}

func securityOpt(r *request.Container) []string {
	opts := []string{}
	if r.Seccomp != "" {
		opts = append(opts, "seccomp="+r.Seccomp)
	}
	if r.NoNewPrivileges {
		opts = append(opts, "no-new-privileges")
	}
	if r.AppArmor != "" {
		opts = append(opts, "apparmor="+r.AppArmor)
	}
	for _, l := range r.Label {
		opts = append(opts, "label="+l)
	}
	return opts
}

func ulimits(texts []string) []UlimitDetail {
	limits := []UlimitDetail{}
	for _, text := range texts {
		name, values, _ := strings.Cut(text, "=")
		soft, hard, two := strings.Cut(values, ":")
		if !two {
			hard = soft
		}
		u := UlimitDetail{Name: "RLIMIT_" + strings.ToUpper(name)}
		var err error
		if u.Soft, err = strconv.ParseInt(soft, 10, 64); err != nil {
			continue
		}
		if u.Hard, err = strconv.ParseInt(hard, 10, 64); err == nil {
			limits = append(limits, u)
		}
	}
	return limits
}
