package plan

import (
	"strings"

	"golang.org/x/sys/unix"

	"isle/internal/program"
	"isle/internal/why"
)

// Sysctl sets kernel parameters that belong to the process's namespaces
// (proc(5), /proc/sys). It comes before the pivot, while /proc is the host's.
type Sysctl struct {
	Names, Values []string // "net.ipv4.ip_forward"
}

// Words describes the step.
func (s *Sysctl) Words() string {
	list := make([]string, len(s.Names))
	for i, n := range s.Names {
		list[i] = n + "=" + s.Values[i]
	}
	return "set kernel parameters " + strings.Join(list, ", ")
}

// Facts gives the first file.
func (s *Sysctl) Facts() why.Facts {
	return why.Facts{Op: why.OpFile, Target: "/proc/sys/" + sysctlPath(s.Names[0])}
}

// FactsOf tells one parameter from the others.
func (s *Sysctl) FactsOf(doing string) why.Facts {
	for _, n := range s.Names {
		if doing == settingOf(n) {
			return why.Facts{Op: why.OpFile, Target: "/proc/sys/" + sysctlPath(n)}
		}
	}
	return s.Facts()
}

// Shell prints the commands.
func (s *Sysctl) Shell(sh *Script) {
	for i, n := range s.Names {
		sh.Line("printf %s " + Quote(s.Values[i]) + " >" + Quote("/proc/sys/"+sysctlPath(n)))
	}
}

// Lower writes through a descriptor that is known to be of procfs, below which
// there are no links; the kernel takes the writer's own namespaces.
func (s *Sysctl) Lower(l *Lowering) {
	for i, n := range s.Names {
		fd := openHow(l, l.Proc(), "sys/"+sysctlPath(n), unix.O_WRONLY, unix.RESOLVE_BENEATH|unix.RESOLVE_NO_SYMLINKS|unix.RESOLVE_NO_XDEV).Called(settingOf(n))
		l.Call(unix.SYS_WRITE, fd.Result(), l.Str(s.Values[i]), program.Imm(len(s.Values[i]))).Called(settingOf(n))
		l.Call(unix.SYS_CLOSE, fd.Result()).Ignore()
	}
}

func settingOf(name string) string { return "set the kernel parameter " + name }

// sysctlPath is a parameter's file below /proc/sys. As in sysctl(8) the first
// separator says which of the two it is: with dots, a slash stands for a dot
// that is part of a name, and the other way round.
func sysctlPath(name string) string {
	if i := strings.IndexAny(name, "./"); i >= 0 && name[i] == '/' {
		return name
	}
	return strings.NewReplacer(".", "/", "/", ".").Replace(name)
}
