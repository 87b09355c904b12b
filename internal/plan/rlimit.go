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

// resources are the resource limits by the names that prlimit(1) and container
// engines use.
var resources = [...]struct {
	name   string
	number int
}{
	{"as", unix.RLIMIT_AS}, {"core", unix.RLIMIT_CORE}, {"cpu", unix.RLIMIT_CPU}, {"data", unix.RLIMIT_DATA},
	{"fsize", unix.RLIMIT_FSIZE}, {"locks", unix.RLIMIT_LOCKS}, {"memlock", unix.RLIMIT_MEMLOCK}, {"msgqueue", unix.RLIMIT_MSGQUEUE},
	{"nice", unix.RLIMIT_NICE}, {"nofile", unix.RLIMIT_NOFILE}, {"nproc", unix.RLIMIT_NPROC}, {"rss", unix.RLIMIT_RSS},
	{"rtprio", unix.RLIMIT_RTPRIO}, {"rttime", unix.RLIMIT_RTTIME}, {"sigpending", unix.RLIMIT_SIGPENDING}, {"stack", unix.RLIMIT_STACK},
}

// Resource is the number of the limit of that name.
func Resource(name string) (number int, ok bool) {
	for _, r := range resources {
		if r.name == name {
			return r.number, true
		}
	}
	return 0, false
}
