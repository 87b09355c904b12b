package plan

import (
	"strings"

	"golang.org/x/sys/unix"

	"isle/internal/program"
	"isle/internal/why"
)

// Doors moves the process into cgroups of version 1 whose files are open: what
// writes "0" to one goes in itself. A process with one thread does so at once,
// where for one that is named by its pid the kernel stops the whole machine's
// forks (cgroups(7), "Creating cgroups and moving processes").
type Doors struct {
	Names []string // the cgroups' directories
	Files []int    // their files "tasks", in the same order; none in a plan that is only shown
}

// Words describes the step.
func (s *Doors) Words() string {
	return "join the cgroups " + strings.Join(s.Names, ", ")
}

// Facts gives the first.
func (s *Doors) Facts() why.Facts {
	f := why.Facts{Op: why.OpCgroup}
	if len(s.Names) > 0 {
		f.Target = s.Names[0]
	}
	return f
}

// Shell writes to each.
func (s *Doors) Shell(sh *Script) {
	for _, n := range s.Names {
		sh.Line("echo 0 >" + Quote(n+"/tasks"))
	}
}

// Lower adds the calls. In a plan that is only shown the files are not open: a
// write to them would fail.
func (s *Doors) Lower(l *Lowering) {
	zero := l.Str("0")
	for i, name := range s.Names {
		file := program.Imm(-1).As(name + "/tasks")
		if i < len(s.Files) {
			file = program.Imm(s.Files[i])
		}
		l.Call(unix.SYS_WRITE, file, zero, program.Imm(1)).Called("join the cgroup " + name)
	}
}
