package audit

import (
	"fmt"
	"os"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"

	"isle/internal/caps"
	"isle/ns"
)

// checkTrace is whether it can take control of a process outside, or one has
// taken control of it.
func checkTrace(s *subject) verdict {
	v := s.canTrace()
	if tracer := s.Credentials.Tracer; tracer != 0 {
		return bad(max(v.badness, 0.5), "process %d traces it; %s", tracer, v.evidence)
	}
	return v
}

func (s *subject) canTrace() verdict {
	switch {
	case !s.told.Has(ns.PID):
		return untold("whether its PID namespace is the host's cannot be told")
	case !s.shares(ns.PID):
		return fine("it sees only processes of its own PID namespace")
	case s.hostCap(unix.CAP_SYS_PTRACE):
		return bad(1, "CAP_SYS_PTRACE over the host lets it control every process")
	}
	scope, _ := readNumber("/proc/sys/kernel/yama/ptrace_scope")
	if scope >= 2 {
		return fine("yama's ptrace_scope is %d", scope)
	}
	others := s.traceable()
	switch {
	case len(others) == 0:
		return fine("no other process of its user is there for it to control")
	case scope == 1:
		return bad(0.3, "it is at one with other processes of its user, but yama lets it trace only its own children: %s", list(others))
	}
	return bad(1, "it can trace other processes of its user: %s", list(others))
}

// traceable are processes that the kernel would let it trace: of the same user,
// in the same user namespace, with no capability that it lacks (ptrace(2)). The
// reader is none of them.
func (s *subject) traceable() (found []string) {
	entries, _ := os.ReadDir("/proc")
	for _, e := range entries {
		pid, err := strconv.Atoi(e.Name())
		if err != nil || pid == s.PID || pid == os.Getpid() {
			continue
		}
		var st unix.Stat_t
		if unix.Stat("/proc/"+e.Name(), &st) != nil || st.Uid != s.uid() {
			continue // the directory of one that may not be traced is root's
		}
		if id, err := ns.IDOf(pid, ns.User); err == nil && id.Ino != s.NS[ns.User] {
			continue
		}
		text, _ := os.ReadFile("/proc/" + e.Name() + "/status")
		if name, ok := s.outdoes(string(text)); ok {
			found = append(found, fmt.Sprintf("%d (%s)", pid, name))
		}
	}
	return found
}

// outdoes says whether the process has all capabilities of another one, by the
// text of that one's status, and how that one is called.
func (s *subject) outdoes(status string) (name string, ok bool) {
	for line := range strings.Lines(status) {
		key, value, _ := strings.Cut(line, ":")
		value = strings.TrimSpace(value)
		switch key {
		case "Name":
			name = strings.ToValidUTF8(value, "�")
		case "Kthread":
			if value == "1" {
				return name, false
			}
		case "CapPrm":
			set, err := caps.ParseMask(value)
			ok = err == nil && set.Without(s.Credentials.Permitted) == 0
		}
	}
	return name, ok
}
