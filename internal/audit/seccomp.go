package audit

import (
	"fmt"
	"runtime"

	"golang.org/x/sys/unix"
)

// abis are the ways to make a system call that have numbers of their own. The
// kernel may lack one of the two that a machine has for 32-bit programs.
var abis = [...]struct {
	machine, note string
	arch          uint32
}{
	{"amd64", "", unix.AUDIT_ARCH_X86_64},
	{"amd64", " by 32-bit calls", unix.AUDIT_ARCH_I386},
	{"arm64", "", unix.AUDIT_ARCH_AARCH64},
	{"arm64", " by 32-bit calls", unix.AUDIT_ARCH_ARM},
}

func checkSeccomp(s *subject) verdict {
	c := &s.Credentials
	switch {
	case s.Missed("credentials"):
		return untold("its status may not be read")
	case c.Seccomp == seccompOff:
		return bad(1, "no filter is on: all system calls of the kernel are open to it")
	case c.Seccomp == seccompStrict:
		return fine("strict mode: it can read, write and end, no more")
	}
	return fine("%d seccomp filters are on", c.Filters)
}

func checkCallsMount(s *subject) verdict     { return s.calls(callsMount[:]) }
func checkCallsNamespace(s *subject) verdict { return s.calls(callsNamespace[:]) }
func checkCallsKernel(s *subject) verdict    { return s.calls(callsKernel[:]) }
func checkCallsCode(s *subject) verdict      { return s.calls(callsCode[:]) }
func checkCallsTrace(s *subject) verdict     { return s.calls(callsTrace[:]) }
func checkCallsHandle(s *subject) verdict    { return s.calls(callsHandle[:]) }
func checkCallsMachine(s *subject) verdict   { return s.calls(callsMachine[:]) }

// calls says which of a group of calls the filters let through.
func (s *subject) calls(group []risky) verdict {
	switch {
	case s.Missed("credentials"):
		return untold("its status may not be read")
	case s.Credentials.Seccomp == seccompOff:
		return bad(1, "no filter is on")
	case s.Credentials.Seccomp == seccompStrict:
		return fine("strict mode refuses them")
	case s.filters.err != nil:
		return untold("%v", s.filters.err)
	}
	var open []string
	var through, all float64
	for i := range group {
		weight, note := group[i].open(s.filters.programs)
		through, all = through+weight, all+group[i].weight
		if weight > 0 {
			open = append(open, group[i].name+note)
		}
	}
	if len(open) == 0 {
		return fine("its filters refuse them")
	}
	return bad(through/all, "its filters allow %s", list(open))
}

// open is the call's weight if filters let it through in some way, which is
// noted, and 0 if not.
func (r *risky) open(programs [][]unix.SockFilter) (weight float64, note string) {
	for i, abi := range abis {
		if abi.machine != runtime.GOARCH || r.numbers[i] == none {
			continue
		}
		c := call{number: r.numbers[i], arch: abi.arch}
		c.args[0] = r.arg
		if allowed(programs, &c) {
			return r.weight, abi.note
		}
	}
	return 0, ""
}

// allowed says whether all filters let a call run, for the strictest holds.
// What is handed to a supervisor or a tracer is theirs to refuse.
func allowed(programs [][]unix.SockFilter, c *call) bool {
	for _, p := range programs {
		switch run(p, c) & unix.SECCOMP_RET_ACTION_FULL {
		case unix.SECCOMP_RET_ALLOW, unix.SECCOMP_RET_LOG:
		default:
			return false
		}
	}
	return true
}

// checkNewUser is whether the process can make user namespaces, which give it
// all capabilities over what it makes in them.
func checkNewUser(s *subject) verdict {
	if why := s.noNewUser(); why != "" {
		return fine("%s", why)
	}
	v := s.calls(callsNamespace[:])
	if v.state != known || s.Credentials.Seccomp != seccompFilter {
		return v
	}
	for i := range callsNamespace {
		r := &callsNamespace[i]
		if weight, note := r.open(s.filters.programs); weight > 0 && r.name != "setns" {
			return bad(1, "its filters allow %s%s with CLONE_NEWUSER", r.name, note)
		}
	}
	return fine("its filters refuse unshare, clone and clone3 with CLONE_NEWUSER")
}

// noNewUser is why the machine refuses new user namespaces, if it does.
func (s *subject) noNewUser() string {
	for _, knob := range [...]string{"/proc/sys/user/max_user_namespaces", "/proc/sys/kernel/unprivileged_userns_clone"} {
		if value, ok := readNumber(knob); ok && value == 0 && !s.hostCap(unix.CAP_SYS_ADMIN) {
			return fmt.Sprintf("%s is 0", knob)
		}
	}
	return ""
}
