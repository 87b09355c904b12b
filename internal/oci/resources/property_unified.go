package resources

import (
	"strings"

	specs "github.com/opencontainers/runtime-spec/specs-go"
)

// unifiedNumbers are files of version 2 that systemd has a property for, and would
// set back from that.
var unifiedNumbers = [...]struct {
	file, name string
	since      int
}{
	{"cpu.weight", "CPUWeight", 0},
	{"memory.high", "MemoryHigh", 0},
	{"memory.low", "MemoryLow", 0},
	{"memory.max", "MemoryMax", 0},
	{"memory.min", "MemoryMin", 0},
	{"memory.swap.max", "MemorySwapMax", 0},
	{"memory.zswap.max", "MemoryZSwapMax", 253},
	{"pids.max", "TasksMax", 0},
}

func (s *sheet) unified(file, text string) {
	for _, u := range unifiedNumbers {
		if u.file == file {
			s.add(u.name, "t", u.since, unitNumber(text))
			return
		}
	}
	switch words := strings.Fields(text); {
	case file == "cpuset.cpus":
		s.add("AllowedCPUs", "ay", 244, mask(text))
	case file == "cpuset.mems":
		s.add("AllowedMemoryNodes", "ay", 244, mask(text))
	case file == "cpu.max" && len(words) > 0:
		c := &specs.LinuxCPU{Quota: new(int64)}
		if *c.Quota = int64(unitNumber(words[0])); words[0] == "max" {
			*c.Quota = -1
		}
		if len(words) > 1 {
			period := unitNumber(words[1])
			c.Period = &period
		}
		s.cpu(&specs.LinuxResources{CPU: c}, true)
	}
}
