package plan

import (
	"fmt"

	"golang.org/x/sys/unix"

	"isle/internal/program"
	"isle/internal/why"
)

// Rlimit sets a resource limit (getrlimit(2)).
type Rlimit struct {
	Name       string // "nofile"
	Resource   int
	Soft, Hard uint64 // unix.RLIM_INFINITY: none
}

// Words describes the step.
func (s *Rlimit) Words() string {
	return "limit " + s.Name + " to " + limitText(s.Soft) + " (at most " + limitText(s.Hard) + ")"
}

func limitText(v uint64) string {
	if v == unix.RLIM_INFINITY {
		return "unlimited"
	}
	return fmt.Sprint(v)
}

// Facts gives the limit.
func (s *Rlimit) Facts() why.Facts { return why.Facts{Op: why.OpRlimit, Target: s.Name} }

// Shell wraps the rest in prlimit.
func (s *Rlimit) Shell(sh *Script) {
	sh.Wrap("prlimit", "--"+s.Name+"="+limitText(s.Soft)+":"+limitText(s.Hard))
}

// Lower adds the call.
func (s *Rlimit) Lower(l *Lowering) {
	l.nofile = l.nofile || s.Resource == unix.RLIMIT_NOFILE
	l.Call(unix.SYS_PRLIMIT64, program.Imm(0), program.Named(uint64(s.Resource), s.Name), l.Words(program.Imm(s.Soft), program.Imm(s.Hard)).Addr(0), program.Null()).
		Called("limit " + s.Name + " to " + limitText(s.Soft))
}
