package audit

import (
	"os"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"

	"isle/internal/caps"
	"isle/internal/inspect"
	"isle/ns"
)

// checkProc is whether its /proc shows the host's processes.
func checkProc(s *subject) verdict {
	m := s.at("/proc")
	switch {
	case s.Missed("mounts") || s.host.mounts == nil:
		return untold("its mounts or the host's may not be read")
	case m == nil || m.Type != "proc" || m.Root != "/":
		return fine("no /proc is mounted in its root")
	case !s.told.Has(ns.PID):
		return untold("whether its PID namespace is the host's cannot be told")
	case !s.shares(ns.PID) && !s.host.hasProc(m):
		return fine("its /proc is of a PID namespace other than the host's")
	}
	if how := hidden(m); how != "" {
		return bad(0.3, "its /proc is the host's, mounted with %s", how)
	}
	return bad(1, "its /proc shows the processes of the host")
}

func (h *host) hasProc(m *inspect.Mount) bool {
	for i := range h.mounts {
		if o := &h.mounts[i]; o.Type == "proc" && o.Device == m.Device {
			return true
		}
	}
	return false
}

// hidden is the option of a proc mount that hides others' processes.
func hidden(m *inspect.Mount) string {
	for _, o := range m.Super {
		switch o {
		case "hidepid=2", "hidepid=4", "hidepid=invisible", "hidepid=ptraceable", "subset=pid":
			return o
		}
	}
	return ""
}

// knob is a file of /proc, how bad it is to write or to read it, and the
// capability over the host without which it does or says nothing.
type knob struct {
	path   string
	weight float64
	needs  caps.Cap
}

// nothing is that no capability is needed.
const nothing = 63

// writes are files with which the kernel is told what to run or how to guard itself.
var writes = [...]knob{
	{"sys/kernel/core_pattern", 1, nothing},
	{"sys/kernel/modprobe", 1, nothing},
	{"sys/kernel/hotplug", 1, nothing},
	{"sys/fs/binfmt_misc/register", 0.9, nothing},
	{"sysrq-trigger", 0.8, nothing},
	{"sys/kernel/sysrq", 0.3, nothing},
	{"sys/kernel/randomize_va_space", 0.3, nothing},
	{"sys/vm/overcommit_memory", 0.2, nothing},
	{"scsi/scsi", 0.4, nothing},
	{"irq/default_smp_affinity", 0.2, nothing},
	{"acpi/wakeup", 0.2, nothing},
}

// reads are files that show what is the kernel's or the host's alone.
var reads = [...]knob{
	{"kcore", 1, unix.CAP_SYS_RAWIO},
	{"kallsyms", 0.3, unix.CAP_SYSLOG},
	{"keys", 0.3, nothing},
	{"timer_list", 0.3, nothing},
	{"kpagecount", 0.3, nothing},
	{"kpageflags", 0.2, nothing},
	{"kpagecgroup", 0.2, nothing},
	{"sched_debug", 0.2, nothing},
	{"latency_stats", 0.1, nothing},
	{"vmallocinfo", 0.2, nothing},
	{"interrupts", 0.1, nothing},
}

func checkKnobs(s *subject) verdict {
	if s.rootErr != nil {
		return untold("%v", s.rootErr)
	}
	var t tally
	for _, k := range writes {
		// The files of sysctl ask for the user id alone, not for capabilities
		// (the kernel's fs/proc/proc_sysctl.c).
		if f, err := s.find("/proc/" + k.path); err == nil && f.unmasked() && !f.readOnly && f.Mode&0o222 != 0 && (f.Uid == s.uid() || f.Mode&0o002 != 0) {
			t.add(k.weight, "/proc/"+k.path)
		}
	}
	return t.verdict("it may write", "the files of /proc that steer the kernel are masked, read-only or not its own")
}

// unmasked says whether a file of /proc is itself, and not what was mounted on it.
func (f *file) unmasked() bool {
	return (f.kind == unix.PROC_SUPER_MAGIC || f.kind == unix.BINFMTFS_MAGIC) && f.Mode&unix.S_IFMT == unix.S_IFREG
}

// checkSecrets weighs those files that it may read by all that the host has.
func checkSecrets(s *subject) verdict {
	if s.rootErr != nil {
		return untold("%v", s.rootErr)
	}
	var names []string
	var open, all float64
	for _, k := range reads {
		if _, err := os.Lstat("/proc/" + k.path); err != nil {
			continue
		}
		all += k.weight
		f, err := s.find("/proc/" + k.path)
		if err != nil || !f.unmasked() || !s.may(toRead, &f.Stat_t) || k.needs != nothing && !s.hostCap(k.needs) {
			continue
		}
		open, names = open+k.weight, append(names, "/proc/"+k.path)
	}
	if open == 0 {
		return fine("the files of /proc that tell of the kernel are masked")
	}
	return bad(open/all, "it may read %s", list(names))
}

// readNumber reads a file that holds one number.
func readNumber(path string) (int64, bool) {
	text, err := os.ReadFile(path)
	if err != nil {
		return 0, false
	}
	n, err := strconv.ParseInt(strings.TrimSpace(string(text)), 10, 64)
	return n, err == nil
}
