package audit

import (
	"runtime"
	"strconv"

	"golang.org/x/sys/unix"
)

func checkMemory(s *subject) verdict {
	var info unix.Sysinfo_t
	if unix.Sysinfo(&info) != nil {
		info.Totalram = 1 << 62
	}
	return s.limited("memory", uint64(info.Totalram)*uint64(max(info.Unit, 1)), "bytes")
}

func checkTasks(s *subject) verdict {
	most, ok := readNumber("/proc/sys/kernel/pid_max")
	if !ok || most <= 0 {
		most = 1 << 22
	}
	return s.limited("pids", uint64(most), "processes")
}

func checkProcessor(s *subject) verdict {
	return s.limited("cpu", uint64(runtime.NumCPU())*100, "hundredths of a processor")
}

// limited is whether its cgroups limit something to less than the machine has.
func (s *subject) limited(name string, all uint64, unit string) verdict {
	for _, l := range s.Resources {
		switch {
		case l.Name != name:
		case !l.Known:
			return untold("its cgroups, or those above, cannot be seen from here")
		case l.Value == nil:
			return bad(1, "no cgroup of its limits %s", name)
		case *l.Value >= all:
			return bad(1, "its cgroups limit %s to %d %s, which is all that the machine has", name, *l.Value, unit)
		default:
			return fine("its cgroups limit %s to %d %s", name, *l.Value, unit)
		}
	}
	return untold("its cgroups may not be read")
}

// mostOpen is how many open files are too many: those of all programs that mean
// well are fewer, and so many fill the kernel's memory.
const mostOpen = 1 << 18

func checkOpenFiles(s *subject) verdict {
	for _, l := range s.Limits {
		if l.Name != "Max open files" {
			continue
		}
		if n, err := strconv.ParseUint(l.Hard, 10, 64); err == nil && n <= mostOpen {
			return fine("it can have %d files open", n)
		}
		return bad(1, "it can have %s files open", l.Hard)
	}
	return untold("its resource limits may not be read")
}
