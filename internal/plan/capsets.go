package plan

import (
	"golang.org/x/sys/unix"

	"isle/internal/caps"
	"isle/internal/program"
	"isle/internal/why"
)

// KeepCapabilities has the process keep its capabilities when it stops being
// user 0, until CapabilitySets says which are the program's
// (PR_SET_KEEPCAPS(2const)).
type KeepCapabilities struct{}

// Words describes the step.
func (s *KeepCapabilities) Words() string { return "keep capabilities while the user changes" }

// Facts gives nothing more.
func (s *KeepCapabilities) Facts() why.Facts { return none(why.OpIdentity) }

// Shell prints nothing: setpriv does it.
func (s *KeepCapabilities) Shell(*Script) {}

// Lower adds the call.
func (s *KeepCapabilities) Lower(l *Lowering) {
	l.Call(unix.SYS_PRCTL, program.Named(unix.PR_SET_KEEPCAPS, "PR_SET_KEEPCAPS"), program.Imm(1), program.Imm(0), program.Imm(0), program.Imm(0))
}

// CapabilitySets sets the process's effective, permitted, inheritable and
// ambient capabilities (capabilities(7)).
type CapabilitySets struct{ Effective, Permitted, Inheritable, Ambient caps.Set }

// Words describes the step.
func (s *CapabilitySets) Words() string {
	words := "have no capabilities"
	if s.Permitted != 0 {
		words = "have the capabilities " + s.Permitted.String()
	}
	if s.Effective != s.Permitted {
		words += "; effective " + orNone(s.Effective)
	}
	if s.Inheritable != 0 {
		words += "; inheritable " + s.Inheritable.String()
	}
	if s.Ambient != 0 {
		words += "; ambient " + s.Ambient.String()
	}
	return words
}

func orNone(s caps.Set) string {
	if s == 0 {
		return "none"
	}
	return s.String()
}

// Facts gives nothing more.
func (s *CapabilitySets) Facts() why.Facts { return none(why.OpIdentity) }

// Shell prints nothing: what is not in the bounding set is lost at the exec as well.
func (s *CapabilitySets) Shell(*Script) {}

// Lower clears the ambient set, sets the three others, and raises ambient ones.
func (s *CapabilitySets) Lower(l *Lowering) {
	ambient := func(op uint64, name string, c caps.Cap) *program.Instr {
		return l.Call(unix.SYS_PRCTL, program.Named(unix.PR_CAP_AMBIENT, "PR_CAP_AMBIENT"), program.Named(op, name), program.Imm(uint64(c)), program.Imm(0), program.Imm(0))
	}
	ambient(unix.PR_CAP_AMBIENT_CLEAR_ALL, "PR_CAP_AMBIENT_CLEAR_ALL", 0).Ignore(int(unix.EINVAL))
	l.Call(unix.SYS_CAPSET, l.Bytes(caps.Header(), "{version 3}"), l.Bytes(caps.Data(s.Effective, s.Permitted, s.Inheritable), "{"+s.Permitted.String()+"}")).
		Called("set capabilities")
	for _, c := range s.Ambient.Caps() {
		ambient(unix.PR_CAP_AMBIENT_RAISE, "PR_CAP_AMBIENT_RAISE", c).Called("raise the ambient capability " + c.String())
	}
}
