package audit

import (
	"fmt"
	"os"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"

	"isle/internal/inspect"
	"isle/ns"
)

// objects are beginnings of what the link of a descriptor says of a thing that
// gives power over others, and how much.
var objects = [...]struct {
	prefix string
	weight float64
	what   string
}{
	{"anon_inode:[pidfd]", 0.3, "a process"},
	{"pidfd:", 0.3, "a process"},
	{"anon_inode:bpf", 0.6, "a BPF object"},
	{"anon_inode:[bpf", 0.6, "a BPF object"},
	{"anon_inode:[perf_event]", 0.3, "a performance counter"},
	{"anon_inode:kvm", 0.2, "a machine"},
	{"anon_inode:[userfaultfd]", 0.2, "the page faults of a process"},
	{"anon_inode:[fscontext]", 0.5, "a file system that is not mounted yet"},
	{"anon_inode:[io_uring]", 0.1, "a queue of system calls"},
	{"anon_inode:seccomp notify", 0.3, "the calls of a process"},
	{"/memfd:", 0.05, "memory that others may share"},
}

// checkObjects looks for descriptors that are no files and yet ways out.
func checkObjects(s *subject) verdict {
	if s.Missed("descriptors") {
		return untold("its descriptors may not be read")
	}
	var t tally
	for i := range s.Descriptors {
		d := &s.Descriptors[i]
		weight, what := s.weighObject(d)
		t.add(weight, fmt.Sprintf("%d (%s: %s)", d.FD, d.Target, what))
	}
	return t.verdict("it holds open", "none of its descriptors gives power over others")
}

func (s *subject) weighObject(d *inspect.Descriptor) (weight float64, what string) {
	for _, o := range objects {
		if strings.HasPrefix(d.Target, o.prefix) {
			return o.weight, o.what
		}
	}
	for _, k := range ns.Kinds {
		if strings.HasPrefix(d.Target, k.File()+":[") {
			return s.weighNamespace(d, k)
		}
	}
	switch mode := d.Mode & unix.S_IFMT; {
	case mode == unix.S_IFSOCK:
		return s.weighSocket(d)
	case mode == unix.S_IFBLK || mode == unix.S_IFCHR:
		return weighDevice(strings.TrimPrefix(d.Target, "/dev/"), d.Mode, d.Special), "a device"
	case !s.shares(ns.PID) && mode != 0 && s.host.isProc(d):
		return 0.7, "the /proc of the host"
	}
	return 0, ""
}

// weighNamespace: one of its own is nothing, one of the host's is most.
func (s *subject) weighNamespace(d *inspect.Descriptor, k ns.Kind) (float64, string) {
	switch d.Inode {
	case s.NS[k]:
		return 0, ""
	case s.host.ns[k]:
		return 0.8, "a namespace of the host"
	}
	return 0.3, "a namespace of another"
}

// weighSocket finds sockets of the network's own tables that belong to the
// host's network namespace while the process is in another.
func (s *subject) weighSocket(d *inspect.Descriptor) (float64, string) {
	if s.shares(ns.Net) || !s.told.Has(ns.Net) {
		return 0, ""
	}
	for _, table := range [...]string{"netlink", "packet", "raw", "raw6"} {
		text, _ := os.ReadFile("/proc/" + strconv.Itoa(s.host.pid) + "/net/" + table)
		if hasInode(string(text), d.Inode) {
			return 0.6, table + " of the host's network"
		}
	}
	return 0, ""
}

// hasInode says whether a table of /proc/net has an inode number in the column
// of that name, which is the last one or, for raw, the tenth.
func hasInode(table string, inode uint64) bool {
	heading, rest, _ := strings.Cut(table, "\n")
	wanted := strconv.FormatUint(inode, 10)
	fromEnd := strings.HasSuffix(strings.TrimSpace(strings.ToLower(heading)), "inode")
	for line := range strings.Lines(rest) {
		fields := strings.Fields(line)
		at := 9
		if fromEnd {
			at = len(fields) - 1
		}
		if at >= 0 && at < len(fields) && fields[at] == wanted {
			return true
		}
	}
	return false
}

func (h *host) isProc(d *inspect.Descriptor) bool {
	for i := range h.mounts {
		m := &h.mounts[i]
		if m.Type == "proc" && m.Device[0] == int(unix.Major(d.Device)) && m.Device[1] == int(unix.Minor(d.Device)) {
			return true
		}
	}
	return false
}
