package plan

import (
	"fmt"
	"strings"

	"golang.org/x/sys/unix"

	"isle/internal/caps"
	"isle/internal/program"
	"isle/internal/spawn"
	"isle/internal/why"
)

// BoundCapabilities takes capabilities away for good, from the bounding set,
// so that no set-user-ID program can give them back (capabilities(7)).
type BoundCapabilities struct {
	Keep caps.Set
	Last caps.Cap // the highest the kernel knows
}

// Words describes the step.
func (s *BoundCapabilities) Words() string {
	if s.Keep == 0 {
		return "drop all capabilities for good"
	}
	return "drop all capabilities for good but " + s.Keep.String()
}

// Facts gives nothing more.
func (s *BoundCapabilities) Facts() why.Facts { return none(why.OpIdentity) }

// Shell wraps the rest in setpriv.
func (s *BoundCapabilities) Shell(sh *Script) {
	list := "-all"
	for _, name := range s.Keep.Names() {
		list += ",+" + strings.ToLower(strings.TrimPrefix(name, "CAP_"))
	}
	sh.Wrap("setpriv", "--bounding-set", list)
}

// Lower drops them one by one; that is the only way there is.
func (s *BoundCapabilities) Lower(l *Lowering) {
	for c := caps.Cap(0); c <= s.Last; c++ {
		if !s.Keep.Has(c) {
			l.Call(unix.SYS_PRCTL, program.Named(unix.PR_CAPBSET_DROP, "PR_CAPBSET_DROP"), program.Named(uint64(c), c.String()),
				program.Imm(0), program.Imm(0), program.Imm(0)).Called("drop " + c.String())
		}
	}
}

// SetCapabilities sets the process's effective and permitted capabilities and
// empties the inheritable and ambient sets.
type SetCapabilities struct{ Set caps.Set }

// Words describes the step.
func (s *SetCapabilities) Words() string {
	if s.Set == 0 {
		return "have no capabilities"
	}
	return "have the capabilities " + s.Set.String()
}

// Facts gives nothing more.
func (s *SetCapabilities) Facts() why.Facts { return none(why.OpIdentity) }

// Shell prints nothing: what setpriv dropped from the bounding set is lost at
// the exec as well.
func (s *SetCapabilities) Shell(*Script) {}

// Lower adds capset.
func (s *SetCapabilities) Lower(l *Lowering) {
	l.Call(unix.SYS_PRCTL, program.Named(unix.PR_CAP_AMBIENT, "PR_CAP_AMBIENT"), program.Named(unix.PR_CAP_AMBIENT_CLEAR_ALL, "PR_CAP_AMBIENT_CLEAR_ALL"),
		program.Imm(0), program.Imm(0), program.Imm(0)).Ignore(int(unix.EINVAL))
	l.Call(unix.SYS_CAPSET, l.Bytes(caps.Header(), "{version 3}"), l.Bytes(caps.Data(s.Set, s.Set, 0), "{"+s.Set.String()+"}")).
		Called("set capabilities")
}

// NoNewPrivs keeps exec from granting privileges, as through set-user-ID files.
type NoNewPrivs struct{}

// Words describes the step.
func (s *NoNewPrivs) Words() string {
	return "forbid to gain privileges by executing files (no_new_privs)"
}

// Facts gives nothing more.
func (s *NoNewPrivs) Facts() why.Facts { return none(why.OpIdentity) }

// Shell wraps the rest in setpriv.
func (s *NoNewPrivs) Shell(sh *Script) { sh.Wrap("setpriv", "--no-new-privs") }

// Lower adds the call.
func (s *NoNewPrivs) Lower(l *Lowering) {
	l.Call(unix.SYS_PRCTL, program.Named(unix.PR_SET_NO_NEW_PRIVS, "PR_SET_NO_NEW_PRIVS"), program.Imm(1), program.Imm(0), program.Imm(0), program.Imm(0))
}

// Seccomp installs a filter of system calls. It comes right before the Exec:
// from then on the filter holds for isle's own calls too (seccomp(2)).
type Seccomp struct {
	Name   string // of the profile
	Filter []byte // struct sock_filter, 8 bytes each
	Flags  uint64 // SECCOMP_FILTER_FLAG_*
	// Take gets the descriptor of a filter that notifies, in isle's process.
	Take func(fd int) error
}

// Words describes the step.
func (s *Seccomp) Words() string {
	return fmt.Sprintf("install the seccomp filter %q (%d instructions)", s.Name, len(s.Filter)/8)
}

// Facts gives nothing more.
func (s *Seccomp) Facts() why.Facts { return none(why.OpSeccomp) }

// Shell prints a note: util-linux before 2.42 has no command for it.
func (s *Seccomp) Shell(sh *Script) { sh.Comment(s.Words()) }

// Lower adds the call.
func (s *Seccomp) Lower(l *Lowering) {
	prog := l.Words(program.Imm(len(s.Filter)/8), l.Bytes(s.Filter, "filter"))
	fd := l.Call(unix.SYS_SECCOMP, program.Named(unix.SECCOMP_SET_MODE_FILTER, "SECCOMP_SET_MODE_FILTER"), program.Imm(s.Flags),
		prog.Addr(0).As(fmt.Sprintf("{len=%d}", len(s.Filter)/8))).Called("install the seccomp filter " + s.Name)
	if s.Flags&unix.SECCOMP_FILTER_FLAG_NEW_LISTENER != 0 {
		l.Hand(fd, s.Take)
	}
}

// Handover closes what is not the program's, and gives it a clean signal mask
// and the limit of open files that isle's caller had.
type Handover struct {
	// Keep is the number of descriptors above 2 that the program is given.
	Keep int
}

// Words describes the step.
func (s *Handover) Words() string {
	words := "close all descriptors above 2"
	if s.Keep > 0 {
		words = fmt.Sprintf("close all descriptors above %d", 2+s.Keep)
	}
	return words + " at the exec, unblock signals"
}

// Facts gives nothing more.
func (s *Handover) Facts() why.Facts { return none(why.OpOther) }

// Shell prints nothing: a shell passes on what it was given.
func (s *Handover) Shell(*Script) {}

// Lower adds the calls, and waits for the helper of a plan carried out in place.
func (s *Handover) Lower(l *Lowering) {
	if l.helper != nil {
		l.helper.reap(l)
	}
	if !l.nofile {
		spawn.RestoreLimit(l.Builder)
	}
	noSignals := l.Cell(8, "no signals")
	l.Call(unix.SYS_RT_SIGPROCMASK, program.Named(unix.SIG_SETMASK, "SIG_SETMASK"), noSignals.Addr(0), program.Null(), program.Imm(8))
	l.Call(unix.SYS_CLOSE_RANGE, program.Imm(3+s.Keep), program.Named(0xffffffff, "~0"), program.Imm(unix.CLOSE_RANGE_CLOEXEC)).
		Called("close descriptors")
}
