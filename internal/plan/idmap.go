package plan

import (
	"fmt"
	"strings"

	"golang.org/x/sys/unix"

	"isle/internal/program"
	"isle/internal/why"
)

// Writer is who writes an id map. The kernel accepts it from the process
// itself only under narrow conditions (user_namespaces(7)).
type Writer uint8

// The writers.
const (
	ByItself  Writer = iota // a single line that maps the caller's own id
	ByParent                // a process outside that has the privilege
	ByProgram               // newuidmap and newgidmap, for subordinate ids
)

// IDMap gives the new user namespace its id maps.
type IDMap struct {
	UID, GID         string // lines "inside outside count\n"; empty: no map
	UIDBy, GIDBy     Writer
	Setgroups        string // "deny" or "allow", written before the gid map; empty: left as it is
	UIDTool, GIDTool string // paths of newuidmap and newgidmap
}

// Words describes the step.
func (s *IDMap) Words() string {
	var parts []string
	for _, m := range []struct{ name, text string }{{"user", s.UID}, {"group", s.GID}} {
		if m.text != "" {
			parts = append(parts, m.name+" ids "+describeMap(m.text))
		}
	}
	if s.Setgroups != "" {
		parts = append(parts, s.Setgroups+" setgroups")
	}
	return "map " + strings.Join(parts, ", ")
}

func describeMap(text string) string {
	lines := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
	for i, l := range lines {
		var in, out, n uint64
		fmt.Sscan(l, &in, &out, &n)
		if n == 1 {
			lines[i] = fmt.Sprintf("%d→%d", in, out)
		} else {
			lines[i] = fmt.Sprintf("%d–%d→%d–%d", in, in+n-1, out, out+n-1)
		}
	}
	return strings.Join(lines, " ")
}

// Facts gives the maps.
func (s *IDMap) Facts() why.Facts { return why.Facts{Op: why.OpIDMap, Map: s.UID + s.GID} }

// FactsOf tells the file or the tool that a map is written with from the other.
func (s *IDMap) FactsOf(doing string) why.Facts {
	if strings.HasSuffix(doing, "/setgroups") {
		return why.Facts{Op: why.OpSetgroups, Map: s.Setgroups}
	}
	for _, m := range s.maps() {
		if strings.HasSuffix(doing, "/"+m.file) {
			return why.Facts{Op: why.OpIDMap, Map: m.text, Target: "/proc/self/" + m.file}
		}
		if m.by == ByProgram && doing == toolFailed(m.tool) {
			return why.Facts{Op: why.OpIDMap, Map: m.text, Program: m.tool}
		}
	}
	return s.Facts()
}

// NeedsOutside says whether somebody outside the user namespace must write.
func (s *IDMap) NeedsOutside() bool {
	return s.UID != "" && s.UIDBy != ByItself || s.GID != "" && s.GIDBy != ByItself
}

// Shell has unshare map the caller's own ids, and writes other maps from
// outside. Until they are written a shell keeps its capabilities only if told
// to, since it is executed as a user that is nobody.
func (s *IDMap) Shell(sh *Script) {
	for _, m := range s.maps() {
		switch m.by {
		case ByItself:
			inside, _, _ := strings.Cut(m.text, " ")
			sh.Option("--map-"+m.what, inside)
		case ByParent:
			sh.Outside("printf " + Quote(strings.ReplaceAll(m.text, "\n", `\n`)) + ` >"/proc/$pid/` + m.file + `"`)
		case ByProgram:
			sh.Outside(Quote(m.tool) + ` "$pid" ` + strings.Join(strings.Fields(m.text), " "))
		}
	}
	if s.NeedsOutside() {
		sh.Option("--keep-caps")
	}
	if s.Setgroups != "" && (s.GID == "" || s.GIDBy != ByItself) {
		sh.Option("--setgroups", s.Setgroups)
	}
}

type mapFile struct {
	what, text, file, tool string
	by                     Writer
}

func (s *IDMap) maps() []mapFile {
	var ms []mapFile
	if s.UID != "" {
		ms = append(ms, mapFile{"user", s.UID, "uid_map", s.UIDTool, s.UIDBy})
	}
	if s.GID != "" {
		ms = append(ms, mapFile{"group", s.GID, "gid_map", s.GIDTool, s.GIDBy})
	}
	return ms
}

// Lower writes what others must write first, then what the process may.
func (s *IDMap) Lower(l *Lowering) {
	if s.NeedsOutside() {
		l.Outside(s.outside)
	}
	for _, m := range s.maps() {
		if m.file == "gid_map" && s.Setgroups != "" {
			writeFile(l.Builder, l.Proc(), "self/setgroups", s.Setgroups, "write failed /proc/self/setgroups")
		}
		if m.by == ByItself {
			writeFile(l.Builder, l.Proc(), "self/"+m.file, m.text, "write failed /proc/self/"+m.file)
		}
	}
	if s.GID == "" && s.Setgroups != "" {
		writeFile(l.Builder, l.Proc(), "self/setgroups", s.Setgroups, "write failed /proc/self/setgroups")
	}
}

func (s *IDMap) outside(b *program.Builder, pid string) {
	var proc *program.Instr
	for _, m := range s.maps() {
		switch m.by {
		case ByParent:
			if proc == nil {
				proc = openProc(b)
			}
			writeFile(b, proc.Result(), pid+"/"+m.file, m.text, "failed to write /proc/"+pid+"/"+m.file)
		case ByProgram:
			runTool(b, m.tool, append([]string{m.tool, pid}, strings.Fields(m.text)...))
		}
	}
}

// runTool appends the instructions that run a program and wait for it; that it
// failed counts as EPERM, and what it said is on standard error already.
func runTool(b *program.Builder, path string, args []string) {
	child, ok, fail := b.Label("tool"), b.Label("done"), b.FailLabel()
	status, noSignals := b.Cell(8, "status"), b.Cell(8, "no signals")
	clone := b.Words(program.Imm(unix.CLONE_VM|unix.CLONE_VFORK|unix.CLONE_CLEAR_SIGHAND), program.Null(), program.Null(), program.Null(),
		program.Imm(unix.SIGCHLD), program.Null(), program.Imm(0), program.Null())
	pid := b.Call(unix.SYS_CLONE3, clone.Addr(0), program.Imm(64)).OnZero(child)
	b.Call(unix.SYS_WAIT4, pid.Result(), status.Addr(0), program.Imm(unix.WALL), program.Null())
	b.Test(status.Load(0)).OnZero(ok)
	b.Fail(int(unix.EPERM)).Called(toolFailed(path))
	b.Mark(child)
	exit := b.Label("no tool")
	b.FailTo(exit)
	b.Call(unix.SYS_RT_SIGPROCMASK, program.Named(unix.SIG_SETMASK, "SIG_SETMASK"), noSignals.Addr(0), program.Null(), program.Imm(8))
	b.Call(unix.SYS_EXECVE, b.Str(path), b.Strv(args), b.Strv(nil))
	b.Mark(exit)
	b.Exit(program.Imm(127))
	b.FailTo(fail)
	b.Mark(ok)
}

func toolFailed(path string) string { return path + " failed" }
