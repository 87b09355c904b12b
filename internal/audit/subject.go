package audit

import (
	"os"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"

	"isle/internal/caps"
	"isle/internal/idmap"
	"isle/internal/inspect"
	"isle/ns"
)

// subject is the process that is audited, and what several rules ask of it.
type subject struct {
	*inspect.Process
	host *host
	// root is its root directory, -1 if it cannot be opened; rootErr is why it
	// cannot be looked into.
	root    int
	rootErr error
	// shared says of each kind of namespace whether it is the host's, told
	// whether that could be found out.
	shared, told ns.Set
	// sovereign is root of the host with the host's files: no rule that is
	// moot then can hold it.
	sovereign bool
	filters   filters
}

func newSubject(p *inspect.Process, h *host, o Options) *subject {
	s := &subject{Process: p, host: h}
	s.openRoot()
	for _, k := range ns.Kinds {
		same, ok := s.compare(k)
		if same {
			s.shared = s.shared.With(k)
		}
		if ok {
			s.told = s.told.With(k)
		}
	}
	s.sovereign = s.uid() == 0 && s.shares(ns.Mount) && s.hostCap(unix.CAP_SYS_ADMIN)
	s.filters = readFilters(s, o)
	return s
}

func (s *subject) close() {
	if s.root >= 0 {
		unix.Close(s.root)
	}
}

func (s *subject) path(below string) string { return "/proc/" + strconv.Itoa(s.PID) + "/" + below }

// uid is the effective user id, which in a new user namespace is what the id
// inside stands for.
func (s *subject) uid() uint32 { return s.Credentials.UIDs[1] }

func (s *subject) shares(k ns.Kind) bool { return s.shared.Has(k) }

// held are the capabilities it has or may raise.
func (s *subject) held() caps.Set { return s.Credentials.Effective.With(s.Credentials.Permitted) }

// hostCap says whether it has a capability over the host's own things.
func (s *subject) hostCap(c caps.Cap) bool { return s.shares(ns.User) && s.held().Has(c) }

// compare says whether a namespace of the process is the host's.
func (s *subject) compare(k ns.Kind) (same, ok bool) {
	if s.NS[k] != 0 && s.host.ns[k] != 0 {
		return s.NS[k] == s.host.ns[k], true
	}
	switch k {
	case ns.User:
		return s.sameMap()
	case ns.Net:
		return s.sameNet()
	case ns.Mount:
		return s.sameMounts()
	case ns.PID:
		return s.samePID()
	}
	return false, false
}

// sameMap takes the map of all ids to themselves for the host's user namespace.
func (s *subject) sameMap() (same, ok bool) {
	full := idmap.Range{Count: 1<<32 - 1}
	m := s.IDs.UIDMap
	return len(m) == 1 && m[0] == full, !s.Missed("id maps")
}

// sameNet compares a file of /proc/PID/net, of which each network namespace has
// its own and which anyone may look at.
func (s *subject) sameNet() (same, ok bool) {
	var a, b unix.Stat_t
	ok = unix.Stat(s.path("net/dev"), &a) == nil && unix.Stat("/proc/"+strconv.Itoa(s.host.pid)+"/net/dev", &b) == nil
	return ok && a.Ino == b.Ino && a.Dev == b.Dev, ok
}

// sameMounts looks for one of the process's mounts among the host's: a mount
// is in one namespace.
func (s *subject) sameMounts() (same, ok bool) {
	for i := range s.Mounts {
		for j := range s.host.mounts {
			if s.Mounts[i].ID == s.host.mounts[j].ID {
				return true, true
			}
		}
	}
	return false, len(s.Mounts) > 0 && len(s.host.mounts) > 0
}

// samePID counts the PID namespaces in which the process has a number, from
// that of /proc on.
func (s *subject) samePID() (same, ok bool) {
	text, _ := os.ReadFile(s.path("status"))
	for line := range strings.Lines(string(text)) {
		if list, found := strings.CutPrefix(line, "NSpid:"); found {
			return len(strings.Fields(list)) == 1, true
		}
	}
	return false, false
}
