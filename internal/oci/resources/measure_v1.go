package resources

import (
	"strconv"
	"strings"
)

// statsV1 reads what the controllers of a hierarchy count.
func (m *meter) statsV1(s *Stats) {
	for i := range metersV1 {
		if m.tree.has(metersV1[i].controller) {
			metersV1[i].read(m, s)
		}
	}
}

var metersV1 = [...]struct {
	controller string
	read       func(*meter, *Stats)
}{
	{"cpu", (*meter).cpuV1},
	{"cpuacct", (*meter).cpuacct},
	{"cpuset", (*meter).cpuset},
	{"memory", (*meter).memoryV1},
	{"pids", (*meter).pids},
	{"blkio", (*meter).blkio},
	{"hugetlb", func(m *meter, s *Stats) { m.hugetlb(s, ".usage_in_bytes") }},
}

func (m *meter) cpuV1(s *Stats) {
	stat := keys(m.text("cpu.stat"))
	s.CPU.Throttling = Throttling{stat["nr_periods"], stat["nr_throttled"], stat["throttled_time"]}
}

// tick is what cpuacct.stat counts in, USER_HZ, in nanoseconds.
const tick = 10_000_000

func (m *meter) cpuacct(s *Stats) {
	u := &s.CPU.Usage
	stat := keys(m.text("cpuacct.stat"))
	u.User, u.Kernel = stat["user"]*tick, stat["system"]*tick
	u.Total = m.number("cpuacct.usage")
	u.Percpu = numbers[uint64](strings.Fields(m.text("cpuacct.usage_percpu")), 64)
	for line := range strings.Lines(m.text("cpuacct.usage_all")) { // "cpu user system" first
		if n := numbers[uint64](strings.Fields(line), 64); len(n) >= 3 {
			u.PercpuUser = append(u.PercpuUser, n[1])
			u.PercpuKernel = append(u.PercpuKernel, n[2])
		}
	}
}

func (m *meter) cpuset(s *Stats) {
	c := &s.CPUSet
	c.CPUs, c.Mems = processors(m.text("cpuset.cpus")), processors(m.text("cpuset.mems"))
	for _, f := range [...]struct {
		file string
		into *uint64
	}{
		{"cpuset.cpu_exclusive", &c.CPUExclusive},
		{"cpuset.mem_hardwall", &c.MemHardwall},
		{"cpuset.mem_exclusive", &c.MemExclusive},
		{"cpuset.memory_migrate", &c.MemoryMigrate},
		{"cpuset.memory_spread_page", &c.MemorySpreadPage},
		{"cpuset.memory_spread_slab", &c.MemorySpreadSlab},
		{"cpuset.memory_pressure", &c.MemoryPressure},
		{"cpuset.sched_load_balance", &c.SchedLoadBalance},
	} {
		*f.into = m.number(f.file)
	}
	c.SchedRelaxDomainLevel, _ = strconv.ParseInt(strings.TrimSpace(m.text("cpuset.sched_relax_domain_level")), 10, 64)
}

func (m *meter) memoryV1(s *Stats) {
	s.Memory.Raw = keys(m.text("memory.stat"))
	s.Memory.Cache = s.Memory.Raw["cache"]
	s.Memory.Usage = m.entry("memory")
	s.Memory.Swap = m.entry("memory.memsw")
	s.Memory.Kernel = m.entry("memory.kmem")
	s.Memory.KernelTCP = m.entry("memory.kmem.tcp")
}

func (m *meter) entry(prefix string) MemoryEntry {
	return MemoryEntry{
		Limit:   m.number(prefix + ".limit_in_bytes"),
		Usage:   m.number(prefix + ".usage_in_bytes"),
		Max:     m.number(prefix + ".max_usage_in_bytes"),
		Failcnt: m.number(prefix + ".failcnt"),
	}
}

// blkio reads the statistics of the schedulers BFQ or CFQ, and where those count
// nothing, those of throttling.
func (m *meter) blkio(s *Stats) {
	b := &s.Blkio
	for _, prefix := range [...]string{"blkio.bfq.", "blkio."} {
		b.SectorsRecursive = m.block(prefix + "sectors_recursive")
		b.IoServiceTimeRecursive = m.block(prefix + "io_service_time_recursive")
		b.IoWaitTimeRecursive = m.block(prefix + "io_wait_time_recursive")
		b.IoMergedRecursive = m.block(prefix + "io_merged_recursive")
		b.IoQueuedRecursive = m.block(prefix + "io_queued_recursive")
		b.IoTimeRecursive = m.block(prefix + "time_recursive")
		b.IoServicedRecursive = m.block(prefix + "io_serviced_recursive")
		b.IoServiceBytesRecursive = m.block(prefix + "io_service_bytes_recursive")
		if len(b.IoServicedRecursive) > 0 {
			return
		}
	}
	for _, suffix := range [...]string{"_recursive", ""} {
		b.IoServicedRecursive = m.block("blkio.throttle.io_serviced" + suffix)
		b.IoServiceBytesRecursive = m.block("blkio.throttle.io_service_bytes" + suffix)
		if len(b.IoServicedRecursive) > 0 {
			return
		}
	}
}

// block reads lines "8:0 Read 4096" or "8:0 7"; the total at the end is none.
func (m *meter) block(file string) []BlkioEntry {
	var list []BlkioEntry
	for line := range strings.Lines(m.text(file)) {
		words := strings.Fields(line)
		if len(words) < 2 || len(words) > 3 {
			continue
		}
		n := numbers[uint64](append(strings.Split(words[0], ":"), words[len(words)-1]), 64)
		if len(n) != 3 {
			continue
		}
		e := BlkioEntry{Major: n[0], Minor: n[1], Value: n[2]}
		if len(words) == 3 {
			e.Op = words[1]
		}
		list = append(list, e)
	}
	return list
}
