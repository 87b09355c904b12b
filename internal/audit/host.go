package audit

import (
	"strings"

	"golang.org/x/sys/unix"

	"isle/internal/inspect"
	"isle/ns"
)

// host is what a process is compared with.
type host struct {
	pid    int                   // the process that stands for it
	ns     [len(ns.Kinds)]uint64 // inode numbers, 0 if they cannot be told
	mounts []inspect.Mount       // as that process sees them, nil if they cannot be read
}

// first are the inode numbers of the kernel's first namespaces, without those that
// older kernels gave as they came: of these, sharing is told by other means.
func first() [len(ns.Kinds)]uint64 {
	numbers := ns.Initial
	numbers[ns.Net], numbers[ns.Mount] = 0, 0
	return numbers
}

// findHost is the host as process 1 shows it.
func findHost() *host { return hostOf(1) }

// hostOf is the host that a process stands for.
func hostOf(pid int) *host {
	h := &host{pid: pid, ns: first()}
	p, err := inspect.Surroundings(pid)
	if err != nil {
		return h
	}
	for k, ino := range p.NS {
		if ino != 0 {
			h.ns[k] = ino
		}
	}
	h.mounts = p.Mounts
	return h
}

// kernelTypes are file systems that hold no files of anybody: other rules are
// about them.
var kernelTypes = [...]string{
	"proc", "sysfs", "cgroup", "cgroup2", "devpts", "devtmpfs", "mqueue", "securityfs", "debugfs", "tracefs", "bpf",
	"pstore", "efivarfs", "configfs", "fusectl", "binfmt_misc", "nsfs", "hugetlbfs", "autofs", "selinuxfs", "rpc_pipefs",
}

func isKernelType(name string) bool {
	for _, t := range kernelTypes {
		if t == name {
			return true
		}
	}
	return false
}

// path is where on the host what is mounted can be found too: below a mount of
// the same file system.
func (h *host) path(m *inspect.Mount) (string, bool) {
	var best *inspect.Mount
	for i := range h.mounts {
		o := &h.mounts[i]
		if o.Device == m.Device && within(m.Root, o.Root) && (best == nil || len(o.Root) > len(best.Root)) {
			best = o
		}
	}
	if best == nil {
		return "", false
	}
	below := strings.TrimPrefix(m.Root, strings.TrimSuffix(best.Root, "/"))
	if below == "" || below == "/" {
		return best.Point, true
	}
	return strings.TrimSuffix(best.Point, "/") + below, true
}

// holds says whether a file system, by a file's device number, is mounted on
// the host.
func (h *host) holds(device uint64) bool {
	for i := range h.mounts {
		d := h.mounts[i].Device
		if d[0] == int(unix.Major(device)) && d[1] == int(unix.Minor(device)) {
			return true
		}
	}
	return false
}

// within says whether a path is another one or below it.
func within(path, above string) bool {
	return above == "/" || path == above || strings.HasPrefix(path, above+"/")
}
