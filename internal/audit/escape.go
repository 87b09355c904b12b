package audit

import (
	"golang.org/x/sys/unix"

	"isle/internal/inspect"
)

// checkCgroupEscape looks for cgroups that the process could steer: a version 1
// tree runs a program of whoever may write its release_agent, as root of the
// host (cgroups(7)); a version 2 tree lets it leave its limits.
func checkCgroupEscape(s *subject) verdict {
	switch {
	case s.hostCap(unix.CAP_SYS_ADMIN):
		return bad(1, "CAP_SYS_ADMIN over the host lets it mount a cgroup tree and write its release_agent")
	case s.Missed("mounts"):
		return untold("its mounts may not be read")
	case s.rootErr != nil:
		return untold("%v", s.rootErr)
	}
	var t tally
	for _, m := range s.visible() {
		if (m.Type == "cgroup" || m.Type == "cgroup2") && !superReadOnly(m) {
			t.add(s.weighCgroup(m), m.Point)
		}
	}
	return t.verdict("cgroups are mounted writable", "no cgroup tree is mounted writable")
}

// weighCgroup is how bad a writable mount of a cgroup tree is. To write
// release_agent takes CAP_SYS_ADMIN over the host, but only since Linux 5.17.
func (s *subject) weighCgroup(m *inspect.Mount) float64 {
	f, err := s.find(m.Point)
	switch {
	case err != nil || !s.may(toWrite, &f.Stat_t):
		return 0.05
	case m.Type == "cgroup":
		return 0.5
	case m.Root == "/":
		return 0.4
	}
	return 0.1 // a part that was given to it
}
