package resources

import (
	"math"
	"os"
	"slices"
	"strings"
)

// statsV2 reads what a group of version 2 counts, the processor's time and the
// processes even without a controller. Beside version 1 only controllers count.
func (m *meter) statsV2(s *Stats, alone bool) {
	have := strings.Fields(m.text("cgroup.controllers"))
	if alone || slices.Contains(have, "cpu") {
		m.cpuV2(s)
	}
	if alone || slices.Contains(have, "pids") {
		if m.pids(s); s.Pids.Current == 0 { // without the controller
			s.Pids.Current = uint64(strings.Count(m.text("cgroup.procs"), "\n"))
		}
	}
	for _, name := range have {
		switch name {
		case "memory":
			m.memoryV2(s)
		case "io":
			m.io(s)
		case "hugetlb":
			m.hugetlb(s, ".current")
		case "cpuset":
			s.CPUSet.CPUs = processors(m.text("cpuset.cpus"))
			s.CPUSet.Mems = processors(m.text("cpuset.mems"))
		}
	}
}

func (m *meter) cpuV2(s *Stats) {
	stat := keys(m.text("cpu.stat"))
	u := &s.CPU.Usage
	u.Total, u.User, u.Kernel = stat["usage_usec"]*1000, stat["user_usec"]*1000, stat["system_usec"]*1000
	s.CPU.Throttling = Throttling{stat["nr_periods"], stat["nr_throttled"], stat["throttled_usec"] * 1000}
	s.CPU.PSI = m.pressure("cpu.pressure")
}

// memoryV2 gives swap as version 1 has it, together with memory.
func (m *meter) memoryV2(s *Stats) {
	mem := &s.Memory
	mem.Raw = keys(m.text("memory.stat"))
	mem.Cache = mem.Raw["file"]
	mem.Usage = MemoryEntry{
		Limit: m.number("memory.max"), Usage: m.number("memory.current"), Max: m.number("memory.peak"),
		Failcnt: keyed(m.text("memory.events"), "max"),
	}
	mem.Swap = MemoryEntry{Limit: m.number("memory.swap.max"), Usage: m.number("memory.swap.current") + mem.Usage.Usage}
	if limit := &mem.Swap.Limit; *limit > math.MaxUint64-mem.Usage.Limit {
		*limit = math.MaxUint64
	} else {
		*limit += mem.Usage.Limit
	}
	mem.PSI = m.pressure("memory.pressure")
}

// io reads lines "8:0 rbytes=1 wbytes=2 rios=3 wios=4 dbytes=0 dios=0".
func (m *meter) io(s *Stats) {
	b := &s.Blkio
	for line := range strings.Lines(m.text("io.stat")) {
		words := strings.Fields(line)
		if len(words) == 0 {
			continue
		}
		device := numbers[uint64](strings.Split(words[0], ":"), 64)
		if len(device) != 2 {
			continue
		}
		for _, w := range words[1:] {
			key, number, _ := strings.Cut(w, "=")
			n := numbers[uint64]([]string{number}, 64)
			if into, op := b.list(key); into != nil && len(n) == 1 {
				*into = append(*into, BlkioEntry{device[0], device[1], op, n[0]})
			}
		}
	}
	b.PSI = m.pressure("io.pressure")
}

// list is where version 1 has what a key of io.stat counts.
func (b *Blkio) list(key string) (into *[]BlkioEntry, op string) {
	switch key {
	case "rbytes":
		return &b.IoServiceBytesRecursive, "Read"
	case "wbytes":
		return &b.IoServiceBytesRecursive, "Write"
	case "rios":
		return &b.IoServicedRecursive, "Read"
	case "wios":
		return &b.IoServicedRecursive, "Write"
	}
	return nil, ""
}

// hugetlb reads each size of page, reservations where the kernel counts them.
func (m *meter) hugetlb(s *Stats, usage string) {
	sizes, _ := os.ReadDir("/sys/kernel/mm/hugepages")
	for _, e := range sizes {
		size := pageName(e.Name())
		if size == "" {
			continue
		}
		prefix := "hugetlb." + size
		h := Hugetlb{Failcnt: keyed(m.text(prefix+".events"), "max")}
		if !m.tree.V2 {
			h.Max, h.Failcnt = m.number(prefix+".rsvd.max_usage_in_bytes"), m.number(prefix+".rsvd.failcnt")
		}
		if h.Usage = m.number(prefix + ".rsvd" + usage); h.Usage == 0 {
			h.Usage = m.number(prefix + usage)
		}
		s.Hugetlb[size] = h
	}
}

// pageName turns hugepages-2048kB into 2MB, as the files of cgroups have it.
func pageName(dir string) string {
	rest, ok := strings.CutPrefix(dir, "hugepages-")
	n := numbers[uint64]([]string{strings.TrimSuffix(rest, "kB")}, 64)
	if !ok || len(n) != 1 || n[0] == 0 {
		return ""
	}
	size, unit := n[0], 0
	for size%1024 == 0 && unit < 2 {
		size, unit = size/1024, unit+1
	}
	return limit(int64(size), "") + "KMG"[unit:unit+1] + "B"
}
