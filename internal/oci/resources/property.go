package resources

import (
	"encoding/json"
	"math"
	"strconv"
	"strings"

	specs "github.com/opencontainers/runtime-spec/specs-go"

	"isle/internal/oci/resources/unit"
)

// sheet collects properties of a unit.
type sheet []unit.Property

func (s *sheet) add(name, kind string, since int, value any) {
	text, err := json.Marshal(value)
	if err == nil { // no value here fails to be JSON
		*s = append(*s, unit.Property{Name: name, Type: kind, Since: since, Value: text})
	}
}

// scope are the properties that a unit is made with.
func (g *Group) scope(r *specs.LinuxResources) ([]unit.Property, error) {
	var s sheet
	s.add("Description", "s", 0, "isle container "+g.Unit.Name)
	s.add("Slice", "s", 0, g.Unit.Slice)
	s.add("Delegate", "b", 0, true)
	s.add("DefaultDependencies", "b", 0, false)
	s.add("CollectMode", "s", 236, "inactive-or-failed")
	io := "IOAccounting"
	if !g.Trees[0].V2 {
		io = "BlockIOAccounting"
	}
	for _, name := range [...]string{"CPUAccounting", "MemoryAccounting", "TasksAccounting", io} {
		s.add(name, "b", 0, true)
	}
	if r != nil && r.Unified["memory.oom.group"] == "1" {
		s.add("OOMPolicy", "s", 253, "kill") // cannot be changed later
	}
	g.limits(r, &s)
	if !g.Trees[0].V2 {
		if err := s.devices(r); err != nil {
			return nil, err
		}
	}
	for _, p := range g.Unit.Props {
		s.add(p.Name, unit.Text, 0, p.Text)
	}
	return s, nil
}

// setUnit tells systemd of changed limits, or else it would set the old ones
// when it next looks at the unit.
func (g *Group) setUnit(r *specs.LinuxResources) error {
	var s sheet
	g.limits(r, &s)
	if !g.Trees[0].V2 && r.Devices != nil {
		if err := s.devices(r); err != nil {
			return err
		}
	}
	if len(s) == 0 {
		return nil
	}
	return g.ask(unit.Set, unit.Request{Properties: s})
}

// limits are the limits that systemd knows too. All are written to the cgroup's
// files besides.
func (g *Group) limits(r *specs.LinuxResources, s *sheet) {
	if r == nil {
		r = &specs.LinuxResources{}
	}
	v2 := g.Trees[0].V2
	if v2 {
		s.memoryV2(r)
	} else if n := unitNumber(memoryLimit(r, "memory.limit_in_bytes")); n != 0 {
		s.add("MemoryLimit", "t", 0, n)
	}
	s.cpu(r, v2)
	if pids := pidsLimit(r, "pids.max"); pids != "" {
		s.add("TasksMax", "t", 0, unitNumber(pids))
	}
	if weight := ioWeight(r, "blkio.weight"); weight != "" && !v2 {
		s.add("BlockIOWeight", "t", 0, unitNumber(weight))
	}
	for _, u := range unified(r) {
		s.unified(u.file[0], strings.TrimSpace(u.value[0]))
	}
}

// unitNumber is a number of systemd's, in which no limit is the largest.
func unitNumber(text string) uint64 {
	if text == "max" || text == "-1" {
		return math.MaxUint64
	}
	n, _ := strconv.ParseUint(text, 10, 64)
	return n
}

func (s *sheet) memoryV2(r *specs.LinuxResources) {
	for _, p := range [...]struct {
		name, text string
	}{
		{"MemoryMax", memoryLimit(r, "memory.max")},
		{"MemorySwapMax", memorySwap(r, "memory.swap.max")},
		{"MemoryLow", memoryReservation(r, "memory.low")},
	} {
		if p.text != "" {
			s.add(p.name, "t", 0, unitNumber(p.text))
		}
	}
}

// cpu gives the quota as time a second, as systemd has it.
func (s *sheet) cpu(r *specs.LinuxResources, v2 bool) {
	c := r.CPU
	if c == nil {
		return
	}
	name, file := "CPUShares", "cpu.shares"
	if v2 {
		name, file = "CPUWeight", "cpu.weight"
	}
	if shares := cpuShares(r, file); shares != "" {
		s.add(name, "t", 0, unitNumber(shares))
	} else if v2 && cpuIdle(r, "") == "1" {
		s.add("CPUWeight", "t", 252, 0) // which is idle
	}
	period := uint64(100000) // the kernel's
	if c.Period != nil && *c.Period != 0 {
		period = *c.Period
		s.add("CPUQuotaPeriodUSec", "t", 242, period)
	}
	if quota := value(c.Quota); quota != 0 {
		perSecond := uint64(math.MaxUint64)
		if quota > 0 {
			perSecond = uint64(float64(quota) / float64(period) * 1e6)
		}
		s.add("CPUQuotaPerSecUSec", "t", 0, perSecond)
	}
	if c.Cpus != "" {
		s.add("AllowedCPUs", "ay", 244, mask(c.Cpus))
	}
	if c.Mems != "" {
		s.add("AllowedMemoryNodes", "ay", 244, mask(c.Mems))
	}
}

// mask is a list like 0-3,7 as bits, the lowest first.
func mask(list string) []byte {
	var bits []byte
	for _, n := range processors(list) {
		for int(n/8) >= len(bits) {
			bits = append(bits, 0)
		}
		bits[n/8] |= 1 << (n % 8)
	}
	return bits
}
