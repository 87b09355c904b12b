package bundle

import (
	"strconv"
	"strings"

	"github.com/opencontainers/runtime-spec/specs-go"
)

// resources checks what the section "Control groups" lists. A 0 is accepted
// wherever engines write it for "not set".
func (c *checker) resources(r *specs.LinuxResources) {
	each(c, "devices", r.Devices, (*checker).deviceRule)
	within(c, "memory", r.Memory, (*checker).memory)
	within(c, "cpu", r.CPU, (*checker).cpu)
	within(c, "pids", r.Pids, func(c *checker, p *specs.LinuxPids) { c.unlimited("limit", p.Limit) })
	within(c, "blockIO", r.BlockIO, (*checker).blockIO)
	each(c, "hugepageLimits", r.HugepageLimits, (*checker).hugepages)
	within(c, "network", r.Network, (*checker).network)
	entries(c, "rdma", r.Rdma, (*checker).rdma)
	entries(c, "unified", r.Unified, (*checker).unified)
}

// memory checks the section "Memory".
func (c *checker) memory(m *specs.LinuxMemory) {
	c.unlimited("limit", m.Limit)
	c.unlimited("reservation", m.Reservation)
	c.unlimited("swap", m.Swap)
	if m.Limit != nil && m.Swap != nil && *m.Swap > 0 && *m.Swap < *m.Limit {
		c.refuse("swap", strconv.FormatInt(*m.Swap, 10)+" is memory and swap together, and less than limit, "+strconv.FormatInt(*m.Limit, 10))
	}
	//lint:ignore SA1019 deprecated, and told so
	if m.Kernel != nil {
		c.warn("kernel", "deprecated; passed over")
	}
	if m.KernelTCP != nil {
		c.unlimited("kernelTCP", m.KernelTCP)
	}
	const unset = ^uint64(0) // what engines make of -1
	if m.Swappiness != nil && *m.Swappiness > 100 && *m.Swappiness != unset {
		c.refuse("swappiness", strconv.FormatUint(*m.Swappiness, 10)+" is not from 0 to 100")
	}
}

// hugepages checks one entry of the section "Huge page limits".
func (c *checker) hugepages(h *specs.LinuxHugepageLimit) {
	size, ok := strings.CutSuffix(h.Pagesize, "B")
	number := strings.TrimRight(size, "KMG")
	n, err := strconv.ParseUint(number, 10, 32)
	if !ok || err != nil || n == 0 || len(size) != len(number)+1 || number[0] == '0' {
		c.refuse("pageSize", quoted(h.Pagesize)+" is no page size; want one such as 2MB")
	}
}

// network checks one entry of the section "Network".
func (c *checker) network(n *specs.LinuxNetwork) {
	each(c, "priorities", n.Priorities, func(c *checker, p *specs.LinuxInterfacePriority) {
		c.interfaceName("name", p.Name)
	})
}

// rdma checks one entry of the section "RDMA". The name is written in front of the
// limits, on one line with them.
func (c *checker) rdma(device string, limits specs.LinuxRdma) {
	if device == "" || strings.ContainsAny(device, " \t\n\v\f\r/=") {
		c.refuse("", "no RDMA device can have this name")
	}
	if limits.HcaHandles == nil && limits.HcaObjects == nil {
		c.refuse("", "want hcaHandles or hcaObjects, or both")
	}
}

// unified checks one key of the section "Unified": a file in the cgroup's folder.
func (c *checker) unified(file, _ string) {
	if !strings.Contains(strings.Trim(file, "."), ".") || strings.ContainsAny(file, "/ \t\n") {
		c.refuse("", "is no file of a cgroup; want a name such as memory.high")
	}
}

// cgroupsPath checks the section "Cgroups Path": a path that stays below its start,
// or slice:prefix:name for systemd.
func (c *checker) cgroupsPath(path string) {
	const longest = 255
	for part := range strings.SplitSeq(path, "/") {
		if part == ".." {
			c.refuse("cgroupsPath", quoted(path)+" must not lead up with \"..\"")
			return
		}
		if len(part) > longest {
			c.refuse("cgroupsPath", quoted(path)+" has a part of more than "+strconv.Itoa(longest)+" bytes")
			return
		}
	}
	c.printable("cgroupsPath", path)
	c.short("cgroupsPath", path)
}
