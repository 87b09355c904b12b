package audit

import (
	"fmt"

	"golang.org/x/sys/unix"

	"isle/internal/caps"
	"isle/ns"
)

const capSetuid = caps.Cap(unix.CAP_SETUID)

// capWeights are how much of the host a capability gives over things that the
// host's user namespace owns, and how (capabilities(7)). Those that containers
// are given commonly weigh little, each for itself.
var capWeights = [...]struct {
	weight float64
	how    string
}{
	unix.CAP_CHOWN:              {0.05, "takes files over"},
	unix.CAP_DAC_OVERRIDE:       {0.15, "writes any file it sees"},
	unix.CAP_DAC_READ_SEARCH:    {0.5, "opens files by handle, out of its root"},
	unix.CAP_FOWNER:             {0.05, "changes any file's mode"},
	unix.CAP_FSETID:             {0.02, "keeps set-user-ID bits"},
	unix.CAP_KILL:               {0.04, "ends any process it sees"},
	unix.CAP_SETGID:             {0.05, "takes any group"},
	unix.CAP_SETUID:             {0.05, "becomes any user"},
	unix.CAP_SETPCAP:            {0.03, "passes capabilities on"},
	unix.CAP_LINUX_IMMUTABLE:    {0.1, "changes files that are locked"},
	unix.CAP_NET_BIND_SERVICE:   {0.02, "takes low ports"},
	unix.CAP_NET_BROADCAST:      {0.01, "sends to all"},
	unix.CAP_NET_ADMIN:          {0.3, "changes routes, addresses and firewalls"},
	unix.CAP_NET_RAW:            {0.08, "forges and reads packets"},
	unix.CAP_IPC_LOCK:           {0.03, "locks memory"},
	unix.CAP_IPC_OWNER:          {0.1, "opens any IPC object"},
	unix.CAP_SYS_MODULE:         {1, "loads code into the kernel"},
	unix.CAP_SYS_RAWIO:          {1, "reaches memory and ports of the machine"},
	unix.CAP_SYS_CHROOT:         {0.03, "changes its root"},
	unix.CAP_SYS_PTRACE:         {0.7, "controls other processes"},
	unix.CAP_SYS_PACCT:          {0.1, "writes accounts of processes to a file"},
	unix.CAP_SYS_ADMIN:          {1, "mounts, joins namespaces and much more"},
	unix.CAP_SYS_BOOT:           {0.4, "reboots or loads another kernel"},
	unix.CAP_SYS_NICE:           {0.1, "takes the processors"},
	unix.CAP_SYS_RESOURCE:       {0.2, "lifts limits"},
	unix.CAP_SYS_TIME:           {0.2, "sets the clock"},
	unix.CAP_SYS_TTY_CONFIG:     {0.1, "changes terminals"},
	unix.CAP_MKNOD:              {0.06, "makes devices"},
	unix.CAP_LEASE:              {0.02, "delays opens"},
	unix.CAP_AUDIT_WRITE:        {0.02, "forges log records"},
	unix.CAP_AUDIT_CONTROL:      {0.3, "turns auditing off"},
	unix.CAP_SETFCAP:            {0.05, "gives files capabilities"},
	unix.CAP_MAC_OVERRIDE:       {0.6, "passes by the security module"},
	unix.CAP_MAC_ADMIN:          {0.6, "changes the security module"},
	unix.CAP_SYSLOG:             {0.15, "reads addresses of the kernel"},
	unix.CAP_WAKE_ALARM:         {0.02, "wakes the machine"},
	unix.CAP_BLOCK_SUSPEND:      {0.02, "keeps the machine awake"},
	unix.CAP_AUDIT_READ:         {0.1, "reads the audit log"},
	unix.CAP_PERFMON:            {0.3, "watches the kernel and all processes"},
	unix.CAP_BPF:                {0.5, "runs programs in the kernel"},
	unix.CAP_CHECKPOINT_RESTORE: {0.3, "reads other processes' files"},
}

// ownUserNamespace is what capabilities count that hold only over namespaces of
// its own: they give nothing of the host, but more of the kernel's code to try.
const ownUserNamespace = 0.1

// weighCaps is how bad capabilities are as they count in the process's user
// namespace, and what they give.
func (s *subject) weighCaps(set caps.Set) (badness float64, ways []string) {
	var t tally
	for _, c := range set.Caps() {
		if int(c) < len(capWeights) {
			t.add(capWeights[c].weight, fmt.Sprintf("%s (%s)", c, capWeights[c].how))
		}
	}
	if s.shares(ns.User) {
		return t.badness(), t.ways
	}
	return t.badness() * ownUserNamespace, t.ways
}

func checkCapsHeld(s *subject) verdict {
	switch {
	case s.held() == 0:
		return fine("it holds no capability")
	case !s.told.Has(ns.User):
		return untold("it holds %s, but over which user namespace may not be read", s.held())
	}
	badness, ways := s.weighCaps(s.held())
	if s.shares(ns.User) {
		return bad(badness, "it holds over the host's own things: %s", list(ways))
	}
	return bad(badness, "it holds, though only in a user namespace of its own: %s", list(ways))
}

// checkCapsReachable: with no_new_privs off, a set-user-ID program or one with
// file capabilities raises what the bounding set lets through (execve(2)).
func checkCapsReachable(s *subject) verdict {
	beyond := s.Credentials.Bounding.Without(s.held())
	switch {
	case s.Credentials.NoNewPrivs:
		return fine("no_new_privs is on: no program raises anything")
	case s.Credentials.Bounding == 0:
		return fine("the bounding set is empty")
	case !s.told.Has(ns.User):
		return untold("what a set-user-ID program would raise depends on its user namespace, which may not be read")
	case s.uid() != 0 && s.allNosuid():
		return fine("all its mounts are nosuid")
	}
	badness, _ := s.weighCaps(s.Credentials.Bounding)
	if beyond == 0 {
		return bad(badness, "the bounding set lets programs keep all that it holds")
	}
	return bad(badness, "the bounding set lets programs that it executes have %d more than it holds: %s", len(beyond.Caps()), list(beyond.Names()))
}

func (s *subject) allNosuid() bool {
	for i := range s.Mounts {
		if m := &s.Mounts[i]; !m.Has("nosuid") && !isKernelType(m.Type) {
			return false
		}
	}
	return len(s.Mounts) > 0
}

func checkNoNewPrivs(s *subject) verdict {
	switch {
	case s.Missed("credentials"):
		return untold("its status may not be read")
	case s.Credentials.NoNewPrivs:
		return fine("no_new_privs is on")
	}
	return bad(1, "no_new_privs is off: set-user-ID programs and file capabilities count")
}
