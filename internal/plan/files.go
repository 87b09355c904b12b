package plan

import (
	"fmt"

	"golang.org/x/sys/unix"

	"isle/internal/program"
	"isle/internal/why"
)

// Files makes the given descriptors the process's 0, 1, 2 and so on.
type Files struct{ From []int }

// Words describes the step.
func (s *Files) Words() string {
	return fmt.Sprintf("put %d descriptors in place", len(s.From))
}

// Facts gives nothing more.
func (s *Files) Facts() why.Facts { return none(why.OpOther) }

// Shell prints nothing: the script has the caller's own.
func (s *Files) Shell(*Script) {}

// Lower first moves those out of the way that another one will overwrite.
func (s *Files) Lower(l *Lowering) {
	from := make([]program.Arg, len(s.From))
	for i, fd := range s.From {
		from[i] = program.Imm(fd)
		if fd < len(s.From) && fd != i {
			from[i] = l.Call(unix.SYS_FCNTL, program.Imm(fd), program.Named(unix.F_DUPFD_CLOEXEC, "F_DUPFD_CLOEXEC"), program.Imm(len(s.From))).Result()
		}
	}
	for i, fd := range s.From {
		if fd == i && i < 3 {
			continue // never close-on-exec in a Go process
		}
		if fd == i {
			l.Call(unix.SYS_FCNTL, program.Imm(fd), program.Named(unix.F_SETFD, "F_SETFD"), program.Imm(0))
			continue
		}
		l.Call(unix.SYS_DUP3, from[i], program.Imm(i), program.Imm(0))
	}
}
