package audit

import "isle/ns"

func checkUser(s *subject) verdict {
	v := checkNamespace(s, ns.User)
	if v.badness > 0 && s.uid() != 0 && s.held() == 0 {
		return bad(0.6, "%s, where it is an ordinary user (id %d)", v.evidence, s.uid())
	}
	return v
}

func checkCgroupNS(s *subject) verdict { return checkNamespace(s, ns.Cgroup) }
func checkIPC(s *subject) verdict      { return checkNamespace(s, ns.IPC) }
func checkUTS(s *subject) verdict      { return checkNamespace(s, ns.UTS) }
func checkPID(s *subject) verdict      { return checkNamespace(s, ns.PID) }
func checkMount(s *subject) verdict    { return checkNamespace(s, ns.Mount) }
func checkTime(s *subject) verdict     { return checkNamespace(s, ns.Time) }

func checkNet(s *subject) verdict {
	v := checkNamespace(s, ns.Net)
	if v.badness > 0 && s.Network != nil && len(s.Network.Listening) > 0 {
		v.evidence += ", with the host's addresses and all that listens on its loopback"
	}
	return v
}

func checkNamespace(s *subject, k ns.Kind) verdict {
	switch {
	case !s.told.Has(k):
		return untold("its %s namespace or the host's may not be read: that takes the right to trace the process (ptrace(2))", k)
	case s.shares(k):
		return bad(1, "it is in the host's %s namespace", k)
	}
	return fine("it has another %s namespace than the host", k)
}
