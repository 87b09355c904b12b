package bundle

import (
	"math"
	"strconv"

	"github.com/opencontainers/runtime-spec/specs-go"
)

// mappings checks a list of id mappings for what user_namespaces(7) refuses.
func (c *checker) mappings(name string, list []specs.LinuxIDMapping) {
	const most = 340
	if len(list) > most {
		c.refuse(name, strconv.Itoa(len(list))+" mappings; the kernel takes "+strconv.Itoa(most))
		return
	}
	i := 0
	each(c, name, list, func(c *checker, m *specs.LinuxIDMapping) {
		if m.Size == 0 {
			c.refuse("size", "0 maps no id; want 1 or more")
		} else {
			c.mappedRange("containerID", m, list[:i], containerID)
			c.mappedRange("hostID", m, list[:i], hostID)
		}
		i++
	})
}

func containerID(m *specs.LinuxIDMapping) uint32 { return m.ContainerID }
func hostID(m *specs.LinuxIDMapping) uint32      { return m.HostID }

// mappedRange checks that one side of m ends before 4294967295, which is no id, and
// overlaps none of the mappings before it.
func (c *checker) mappedRange(name string, m *specs.LinuxIDMapping, before []specs.LinuxIDMapping, first func(*specs.LinuxIDMapping) uint32) {
	start, size := uint64(first(m)), uint64(m.Size)
	if start+size > math.MaxUint32 {
		c.refuse(name, strconv.FormatUint(start, 10)+" and "+strconv.FormatUint(size, 10)+" ids from there go beyond 4294967294, the last one")
		return
	}
	for i := range before {
		other, length := uint64(first(&before[i])), uint64(before[i].Size)
		if start < other+length && other < start+size {
			c.refuse(name, strconv.FormatUint(start, 10)+" overlaps the mapping ["+strconv.Itoa(i)+"]")
			return
		}
	}
}

// mappedID wants an id that is one of a mapping's, where there are any.
func (c *checker) mappedID(name string, id uint32, mappings []specs.LinuxIDMapping, list string) {
	c.id(name, id)
	for i := range mappings {
		if id >= mappings[i].ContainerID && id-mappings[i].ContainerID < mappings[i].Size {
			return
		}
	}
	if len(mappings) > 0 && id != math.MaxUint32 {
		c.refuse(name, strconv.FormatUint(uint64(id), 10)+" is not mapped in "+list+", so that no process can have it")
	}
}
