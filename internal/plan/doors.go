package plan

import (
	"strconv"

	"golang.org/x/sys/unix"

	"isle/internal/program"
	"isle/internal/why"
)

// Doors moves the process into cgroups of version 1 whose files are open: what
// writes "0" to one goes in itself. A process with one thread does so at once,
// where for one that is named by its pid the kernel stops the whole machine's
// forks (cgroups(7), "Creating cgroups and moving processes").
type Doors struct {
	Files []int
	Names []string // what they are called, in the same order
}

// Words describes the step.
func (s *Doors) Words() string {
	words := "join the cgroups"
	for i, n := range s.Names {
		if i > 0 {
			words += ","
		}
		words += " " + n
	}
	return words
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

// Lower adds the calls.
func (s *Doors) Lower(l *Lowering) {
	zero := l.Str("0")
	for i, fd := range s.Files {
		name := strconv.Itoa(fd)
		if i < len(s.Names) {
			name = s.Names[i]
		}
		l.Call(unix.SYS_WRITE, program.Imm(fd), zero, program.Imm(1)).Called("join the cgroup " + name)
	}
}
