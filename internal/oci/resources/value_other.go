package resources

import (
	"strconv"
	"strings"

	specs "github.com/opencontainers/runtime-spec/specs-go"
)

func networkClass(r *specs.LinuxResources, _ string) string {
	if r.Network == nil || r.Network.ClassID == nil {
		return ""
	}
	return strconv.FormatUint(uint64(*r.Network.ClassID), 10)
}

func networkPriorities(r *specs.LinuxResources, _ string) string {
	if r.Network == nil {
		return ""
	}
	var lines []string
	for _, p := range r.Network.Priorities {
		lines = append(lines, p.Name+" "+strconv.FormatUint(uint64(p.Priority), 10))
	}
	return strings.Join(lines, "\n")
}

func rdmaMax(r *specs.LinuxResources, _ string) string {
	var lines []string
	for _, device := range sortedKeys(r.Rdma) {
		line := device
		if n := r.Rdma[device].HcaHandles; n != nil {
			line += " hca_handle=" + strconv.FormatUint(uint64(*n), 10)
		}
		if n := r.Rdma[device].HcaObjects; n != nil {
			line += " hca_object=" + strconv.FormatUint(uint64(*n), 10)
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "\n")
}

// hugetlb limits page faults and, where the kernel can, reservations, which fail
// with an error instead of a signal. Each size of page has files of its own.
func hugetlb(r *specs.LinuxResources, v2 bool) []setting {
	suffix := ".limit_in_bytes"
	if v2 {
		suffix = ".max"
	}
	var list []setting
	for _, p := range r.HugepageLimits {
		s := setting{field: "hugepageLimits", controller: "hugetlb"}
		s.value[0] = strconv.FormatUint(p.Limit, 10)
		s.file[0] = "hugetlb." + p.Pagesize + suffix
		list = append(list, s)
		s.file[0] = "hugetlb." + p.Pagesize + ".rsvd" + suffix
		s.absent = true // kernels before 5.7
		list = append(list, s)
	}
	return list
}

// unified are files of version 2 by their names, each in the order of its name.
func unified(r *specs.LinuxResources) []setting {
	var list []setting
	for _, name := range sortedKeys(r.Unified) {
		controller, _, _ := strings.Cut(name, ".")
		if controller == "cgroup" { // which every group has
			controller = ""
		}
		list = append(list, setting{
			field: "unified[" + name + "]", controller: controller,
			file: [2]string{name}, value: [2]string{r.Unified[name]},
		})
	}
	return list
}
