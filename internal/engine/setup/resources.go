package setup

import (
	"errors"
	"fmt"
	"math"
	"os"
	"strings"

	specs "github.com/opencontainers/runtime-spec/specs-go"

	"isle/internal/cgroup"
	"isle/internal/engine/request"
)

// mostProcesses is how many processes a container may have unless somebody says
// otherwise, as podman has it.
const mostProcesses = 2048

// resources say where the container's cgroups are and what they hold it to.
func (m *maker) resources() error {
	r, l := m.spec.Linux.Resources, &m.req.Limits
	if err := contradiction(l); err != nil {
		return err
	}
	limited := m.limited()
	switch m.req.Cgroups {
	case "disabled":
		if limited != "" {
			return fmt.Errorf("%s: it needs cgroups, and --cgroups is disabled", limited)
		}
		m.out.NoCgroups, m.spec.Linux.Resources = true, nil
		return nil
	case "", "enabled", "no-conmon":
	default:
		return fmt.Errorf("--cgroups %q: it is enabled, disabled or no-conmon", m.req.Cgroups)
	}
	some := m.group(limited)
	if !some {
		if limited != "" {
			m.warn("%s: it is passed over, since no cgroups are delegated to this user", limited)
		}
		m.spec.Linux.Resources = nil
		return nil
	}
	limit(r, l)
	return blockLimits(r, l)
}

// contradiction refuses limits that do not go together.
func contradiction(l *request.Limits) error {
	switch {
	case l.Memory < 0 || l.MemoryReservation < 0 || l.MemorySwap < -1:
		return errors.New("--memory, --memory-reservation, --memory-swap: a negative number of bytes")
	case l.MemorySwap > 0 && l.Memory == 0:
		return errors.New("--memory-swap: it is memory and swap together, and goes with --memory only")
	case l.MemorySwap > 0 && l.MemorySwap < l.Memory:
		return errors.New("--memory-swap: it is memory and swap together, and less than --memory")
	case l.MemoryReservation > 0 && l.Memory > 0 && l.MemoryReservation > l.Memory:
		return errors.New("--memory-reservation: it is more than --memory")
	case l.MemorySwappiness != nil && (*l.MemorySwappiness < -1 || *l.MemorySwappiness > 100):
		return errors.New("--memory-swappiness: it is 0 to 100")
	case l.CPUs != 0 && (l.CPUPeriod != 0 || l.CPUQuota != 0):
		return errors.New("--cpus: it goes neither with --cpu-period nor with --cpu-quota")
	case l.CPUs != 0 && !(l.CPUs >= leastCPUs && l.CPUs <= mostCPUs): // not a number is neither
		return fmt.Errorf("--cpus: it is %v to %v", leastCPUs, mostCPUs)
	}
	return nil
}

// Bounds on --cpus: the kernel takes no quota below a millisecond, and knows no
// more processors than that.
const (
	leastCPUs = 0.01
	mostCPUs  = 8192
)

// swapCounted says whether the kernel limits swap. On version 1 it does if it was
// started so.
func swapCounted() bool {
	return unified() || isThere("/sys/fs/cgroup/memory/memory.memsw.limit_in_bytes")
}

// limited is the first option that needs cgroups, "" if there is none.
func (m *maker) limited() string {
	l := &m.req.Limits
	for _, o := range [...]struct {
		name string
		some bool
	}{
		{"--memory", l.Memory != 0}, {"--memory-swap", l.MemorySwap != 0}, {"--memory-reservation", l.MemoryReservation != 0},
		{"--memory-swappiness", l.MemorySwappiness != nil}, {"--oom-kill-disable", l.OOMKillDisable}, {"--cpus", l.CPUs != 0},
		{"--cpu-shares", l.CPUShares != 0}, {"--cpu-period", l.CPUPeriod != 0}, {"--cpu-quota", l.CPUQuota != 0},
		{"--cpu-rt-period", l.CPURtPeriod != 0}, {"--cpu-rt-runtime", l.CPURtRuntime != 0},
		{"--cpuset-cpus", l.CpusetCPUs != ""}, {"--cpuset-mems", l.CpusetMems != ""}, {"--pids-limit", l.PidsLimit != nil && *l.PidsLimit > 0},
		{"--blkio-weight", l.BlkioWeight != 0}, {"--blkio-weight-device", len(l.BlkioWeightDevice) > 0},
		{"--device-read-bps", len(l.ReadBps) > 0}, {"--device-write-bps", len(l.WriteBps) > 0},
		{"--device-read-iops", len(l.ReadIOps) > 0}, {"--device-write-iops", len(l.WriteIOps) > 0},
		{"--cgroup-conf", len(l.Unified) > 0}, {"--device-cgroup-rule", len(l.DeviceCgroupRules) > 0},
	} {
		if o.some {
			return o.name
		}
	}
	return ""
}

// group says where the cgroups are; it is false if the user may make none.
func (m *maker) group(limited string) bool {
	parent, name := m.req.CgroupParent, "isle-"+m.req.ID
	if strings.HasSuffix(parent, ".slice") {
		m.out.Systemd = true
		m.spec.Linux.CgroupsPath = parent + ":isle:" + m.req.ID
		return true
	}
	if !m.req.Rootless || parent != "" {
		if parent == "" {
			parent = "/isle"
		}
		m.spec.Linux.CgroupsPath = strings.TrimSuffix(parent, "/") + "/" + name
		return true
	}
	if !unified() { // nobody delegates version 1 by itself; a subtree that is this user's is used
		m.spec.Linux.CgroupsPath = ""
		return limited != "" && delegated(false)
	}
	if delegated(true) {
		m.spec.Linux.CgroupsPath = name
		return true
	}
	m.out.Systemd = limited != "" && hasManager()
	return m.out.Systemd
}

// delegated says whether this user may make a cgroup where isle's is or, on
// version 2, beside it.
func delegated(beside bool) bool {
	list, err := cgroup.Of(0)
	if err != nil {
		return false
	}
	for _, h := range list {
		if beside && h.V2 && h.Dir != "" && h.Dir != h.Mount {
			return cgroup.Delegated(h.Dir[:strings.LastIndexByte(h.Dir, '/')])
		}
		if !beside && !h.V2 && h.Delegated() {
			return true
		}
	}
	return false
}

// hasManager says whether this user has a systemd of his own.
func hasManager() bool {
	dir := os.Getenv("XDG_RUNTIME_DIR")
	_, err := os.Stat(dir + "/systemd/private")
	return dir != "" && err == nil
}

// limit fills in the limits that are numbers.
func limit(r *specs.LinuxResources, l *request.Limits) {
	positive := func(n int64) *int64 {
		if n == 0 {
			return nil
		}
		return &n
	}
	memory := specs.LinuxMemory{Limit: positive(l.Memory), Reservation: positive(l.MemoryReservation), Swap: positive(l.MemorySwap)}
	if l.Memory > 0 && l.MemorySwap == 0 && l.Memory <= math.MaxInt64/2 && swapCounted() {
		memory.Swap = positive(2 * l.Memory) // as other engines: as much of each
	}
	if s := l.MemorySwappiness; s != nil && *s >= 0 {
		n := uint64(*s)
		memory.Swappiness = &n
	}
	if l.OOMKillDisable {
		memory.DisableOOMKiller = &l.OOMKillDisable
	}
	if memory != (specs.LinuxMemory{}) {
		r.Memory = &memory
	}
	if c := cpu(l); c != (specs.LinuxCPU{}) {
		r.CPU = &c
	}
	most := int64(mostProcesses)
	if l.PidsLimit != nil {
		if most = *l.PidsLimit; most <= 0 {
			most = -1
		}
	}
	r.Pids = &specs.LinuxPids{Limit: &most}
	r.Unified = l.Unified
}

func cpu(l *request.Limits) (c specs.LinuxCPU) {
	period, quota := l.CPUPeriod, l.CPUQuota
	if l.CPUs > 0 {
		period = 100_000
		quota = int64(l.CPUs * 100_000)
	}
	if period != 0 {
		c.Period = &period
	}
	if quota != 0 {
		c.Quota = &quota
	}
	if l.CPUShares != 0 {
		c.Shares = &l.CPUShares
	}
	if l.CPURtPeriod != 0 {
		c.RealtimePeriod = &l.CPURtPeriod
	}
	if l.CPURtRuntime != 0 {
		c.RealtimeRuntime = &l.CPURtRuntime
	}
	c.Cpus, c.Mems = l.CpusetCPUs, l.CpusetMems
	return c
}
