package plan

import (
	"path"
	"strings"

	"golang.org/x/sys/unix"

	"isle/internal/program"
	"isle/internal/why"
)

// Exec runs the program. It is the last step.
type Exec struct {
	Program string   // a path, or a name to be looked for in Path
	Path    []string // directories
	Args    []string // argument 0 included
	Env     []string
	Root    string // of the process, as the caller sees it, for explanations
	Mounts  string // that are there already, as why.Facts has them
	// Inside refuses a program that is reached through a magic link of /proc:
	// with /proc/self/exe an image would have isle itself executed inside, and
	// with /proc/self/fd whatever is still open.
	Inside bool
	// Strict gives no file to a shell that the kernel does not execute.
	Strict bool
}

// Words describes the step.
func (s *Exec) Words() string {
	return "execute " + Quote(append([]string{s.Program}, s.Args[min(1, len(s.Args)):]...)...)
}

// Facts gives the program and where it was looked for.
func (s *Exec) Facts() why.Facts {
	return why.Facts{Op: why.OpExec, Program: s.Program, SearchPath: strings.Join(s.Path, ":"), Root: s.Root, Mounts: s.Mounts}
}

// Shell prints the command.
func (s *Exec) Shell(sh *Script) {
	sh.Exec(append([]string{s.Program}, s.Args[min(1, len(s.Args)):]...)...)
}

// Lower executes the program, looking for it in each directory as execvp(3) does.
func (s *Exec) Lower(l *Lowering) {
	argv, env := l.Strv(s.Args), l.Environ(s.Env)
	s.lowerExec(l, argv, env)
}

// lowerExec tries the candidates in order. One that may not be executed is
// remembered, since that is what the failure is about if no other is found.
func (s *Exec) lowerExec(l *Lowering, argv, env program.Arg) {
	candidates := s.Candidates()
	denied := l.Cell(8, "denied")
	script, fail := l.Label("script"), l.FailLabel()
	doing := "failed to execute " + s.Program
	after := l.Label("not found")
	interpreted := l.Cell(8*(len(s.Args)+3), "script arguments")
	for _, c := range candidates {
		next, refused := l.Label("next candidate"), l.Label("refused")
		notDir := next
		if len(candidates) == 1 {
			notDir = fail // there is no other to be found
		}
		name := l.Str(c)
		l.Test(name).Store(interpreted, 8)
		if s.Inside {
			// A filter may forbid openat2; the execve says what is wrong otherwise.
			openHow(l, program.Imm(unix.AT_FDCWD), c, unix.O_PATH, unix.RESOLVE_NO_MAGICLINKS).
				OnErrno(int(unix.ELOOP), fail).OnErrno(int(unix.ENOENT), next).OnErrno(int(unix.ENOTDIR), next).Ignore().Called(doing)
		}
		execve := l.Call(unix.SYS_EXECVE, name, argv, env).Called(doing).
			OnErrno(int(unix.ENOENT), next).OnErrno(int(unix.ENOTDIR), notDir).OnErrno(int(unix.EACCES), refused)
		if !s.Strict {
			execve.OnErrno(int(unix.ENOEXEC), script)
		}
		l.Mark(refused)
		remember(l, denied, name, next)
		l.Mark(next)
	}
	l.Test(denied.Load(0)).OnZero(after)
	noexec(l, denied.Load(0), doing)
	l.Fail(int(unix.EACCES)).Called(doing)
	l.Mark(after)
	l.Fail(int(unix.ENOENT)).Called(doing)
	if s.Strict {
		return
	}
	s.lowerScript(l, script, fail, interpreted, env, doing)
}

// lowerScript gives a file that is no executable but may be a script without
// "#!" to the shell, as execvp does, unless it is an ELF file: that is one of
// another machine, and the shell would only print what it makes of it.
func (s *Exec) lowerScript(l *Lowering, script, fail *program.Label, argv program.Cell, env program.Arg, doing string) {
	elf, read := l.Label("another machine's"), l.Label("script text")
	l.Mark(script)
	head := l.Cell(8, "head")
	fd := l.Call(unix.SYS_OPENAT, program.Imm(unix.AT_FDCWD), argv.Load(8), program.Imm(unix.O_RDONLY|unix.O_CLOEXEC)).OnError(read)
	l.Call(unix.SYS_READ, fd.Result(), head.Addr(0), program.Imm(4)).OnError(read)
	l.Sub(head.Load(0), program.Named(0x464c457f, "ELF")).OnZero(elf).Ignore()
	l.Mark(read)
	l.Test(l.Str("/bin/sh")).Store(argv, 0)
	for i := 1; i < len(s.Args); i++ {
		l.Test(l.Str(s.Args[i])).Store(argv, 8*(i+1))
	}
	l.Call(unix.SYS_EXECVE, l.Str("/bin/sh"), argv.Addr(0), env).OnError(fail).Called(doing)
	l.Mark(elf)
	l.Fail(int(unix.ENOEXEC)).Called(doing)
}

// FindProgram fails where the Exec would, if the program is not there at all or
// no one may execute it: the process need not be started to know.
type FindProgram struct{ Exec *Exec }

// Words describes the step.
func (s *FindProgram) Words() string { return "look for the program " + s.Exec.Program }

// Facts gives the program.
func (s *FindProgram) Facts() why.Facts { return s.Exec.Facts() }

// Shell prints nothing: the shell looks for itself.
func (s *FindProgram) Shell(*Script) {}

// Lower asks for each candidate; a privileged process may execute what anyone may.
func (s *FindProgram) Lower(l *Lowering) {
	found, denied, doing := l.Label("found"), l.Cell(8, "denied"), "failed to execute "+s.Exec.Program
	for _, c := range s.Exec.Candidates() {
		next, refused, name := l.Label("next candidate"), l.Label("refused"), l.Str(c)
		l.Call(unix.SYS_FACCESSAT, program.Imm(unix.AT_FDCWD), name, program.Named(unix.X_OK, "X_OK")).
			OnErrno(int(unix.EACCES), refused).OnError(next)
		// Of a directory it says yes as well.
		l.Call(unix.SYS_OPENAT, program.Imm(unix.AT_FDCWD), name, program.Imm(unix.O_PATH|unix.O_DIRECTORY|unix.O_CLOEXEC)).OnError(found)
		l.Mark(refused)
		remember(l, denied, name, next)
		l.Mark(next)
	}
	absent := l.Label("not found")
	l.Test(denied.Load(0)).OnZero(absent)
	noexec(l, denied.Load(0), doing)
	l.Fail(int(unix.EACCES)).Called(doing)
	l.Mark(absent)
	l.Fail(int(unix.ENOENT)).Called(doing)
	l.Mark(found)
}

// Candidates are the paths that are tried.
func (s *Exec) Candidates() []string {
	if strings.Contains(s.Program, "/") || s.Program == "" {
		return []string{s.Program}
	}
	list := make([]string, 0, len(s.Path))
	for _, dir := range s.Path {
		if dir == "" {
			dir = "."
		}
		list = append(list, path.Join(dir, s.Program))
	}
	return list
}

// DeathSignal has the kernel signal the process when its parent ends. What
// changes credentials clears it, so it comes right before the Exec (prctl(2)).
type DeathSignal struct {
	Signal int
	Name   string
}

// Words describes the step.
func (s *DeathSignal) Words() string { return "have SIG" + s.Name + " sent when the parent ends" }

// Facts gives nothing more.
func (s *DeathSignal) Facts() why.Facts { return none(why.OpOther) }

// Shell has setpriv do it.
func (s *DeathSignal) Shell(sh *Script) { sh.Wrap("setpriv", "--pdeathsig", s.Name) }

// Lower adds the call, and then looks whether the parent is there still: it
// may have ended before.
func (s *DeathSignal) Lower(l *Lowering) {
	l.Call(unix.SYS_PRCTL, program.Named(unix.PR_SET_PDEATHSIG, "PR_SET_PDEATHSIG"), program.Named(uint64(s.Signal), "SIG"+s.Name),
		program.Imm(0), program.Imm(0), program.Imm(0))
	alive, word := l.Label("alive"), l.Cell(8, "word")
	l.Call(unix.SYS_RECVFROM, l.Control.Socket(), word.Addr(0), program.Imm(1), program.Imm(unix.MSG_PEEK|unix.MSG_DONTWAIT), program.Null(), program.Null()).
		OnErrno(int(unix.EAGAIN), alive).OnZero(l.quit)
	l.Mark(alive)
}
