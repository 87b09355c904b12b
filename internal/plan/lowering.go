package plan

import (
	"golang.org/x/sys/unix"

	"isle/internal/program"
	"isle/internal/spawn"
	"isle/internal/why"
)

// Lowering is a plan on its way to a program.
type Lowering struct {
	*program.Builder // the process's own program

	Control *spawn.Control       // nil in place, or if the program is only to be shown
	Flags   uint64               // CLONE_NEW* of the first clone
	Copy    bool                 // the process needs a memory of its own
	Nested  *program.Cell        // where the pid of the process that goes on is stored
	Parts   []Part               // what is done from outside
	Files   []func(fd int) error // what takes the descriptors that the process hands over
	Inner   *program.Builder     // the program of the init, if the plan has one

	inPlace bool
	alone   bool                     // the process has nothing of the parent's end of Control
	nofile  bool                     // the plan sets the limit of open files
	taken   map[*Bind]*program.Instr // trees that are open already
	layers  map[*Layers]*overlaying  // overlays whose layers are open already
	hows    []how
	quit    *program.Label
	helper  *helper
	shed    *shed
	gate    *gate
	proc    *program.Instr
	step    int
	tamper  func(*program.Builder)
	console func(fd int) error
}

// Part is what somebody outside the process's new namespaces does to it,
// while it waits. It adds the system calls to b; pid is the process's.
type Part struct {
	Step int
	Add  func(b *program.Builder, pid string)
	Call func(pid int) error // in place of Add: isle's own doing, in Go

	tamper func(*program.Builder)
}

// Relay says how a process that took its caller's place tells of a failure:
// it writes a status to the file Report and executes Self again.
type Relay struct {
	Report, Self int
	Args, Env    []string
}

// Lower compiles the plan for a child process that reports over c. With a nil
// c the result is good for showing only.
func (p *Plan) Lower(c *spawn.Control) *Lowering {
	l := newLowering()
	l.Control = c
	l.lower(p)
	if l.gate != nil {
		l.gate.report(l)
	} else {
		spawn.Report(l.Builder, c, l.FailLabel(), l.quit)
	}
	tamper(p.Tamper, l.Builder)
	if l.shed != nil {
		l.shed.finish(l)
		tamper(p.Tamper, l.Builder)
	}
	return l
}

// LowerInPlace compiles the plan for the calling process, whose pid is given.
// Links are the two ends of a socket pair for the plan's parts.
func (p *Plan) LowerInPlace(pid string, links [2]int, relay Relay) *Lowering {
	l := newLowering()
	l.inPlace = true
	l.helper = &helper{pid: pid, main: links[0], other: links[1]}
	l.lower(p)
	fail := l.FailLabel()
	spawn.Relay(l.Builder, fail, l.quit, relay.Report, relay.Self, relay.Args, relay.Env)
	l.helper.lower(l)
	tamper(p.Tamper, l.Builder)
	return l
}

func tamper(f func(*program.Builder), b *program.Builder) {
	if f != nil {
		f(b)
	}
}

func newLowering() *Lowering {
	l := &Lowering{Builder: &program.Builder{}, taken: map[*Bind]*program.Instr{}, layers: map[*Layers]*overlaying{}}
	l.quit = l.Label("quit")
	l.FailTo(l.Label("fail"))
	return l
}

func (l *Lowering) lower(p *Plan) {
	if l.inPlace && p.needsOutside() {
		l.helper.start(l)
	}
	l.tamper, l.console, l.Copy = p.Tamper, p.Console, p.entersTime()
	for n, s := range p.Steps {
		l.step = n
		l.Step(n)
		s.Lower(l)
	}
}

func (p *Plan) needsOutside() bool {
	for _, s := range p.Steps {
		if o, ok := s.(interface{ NeedsOutside() bool }); ok && o.NeedsOutside() {
			return true
		}
	}
	return false
}

// First says that no system call has been added yet: the first clone can
// still do what is to be done.
func (l *Lowering) First() bool { return l.Len() == 0 }

// Outside makes the process wait at this point until add's system calls have
// been made by somebody outside its namespaces.
func (l *Lowering) Outside(add func(b *program.Builder, pid string)) {
	part := Part{Step: l.step, Add: add, tamper: l.tamper}
	if l.inPlace {
		l.helper.wait(l, part)
		return
	}
	l.outside(part)
}

func (l *Lowering) outside(part Part) {
	if !l.alone && l.shed == nil { // what was shed has left it behind already
		spawn.Alone(l.Builder, l.Control)
		l.alone = true
	}
	spawn.Sync(l.Builder, l.Control, len(l.Parts), l.quit)
	l.Parts = append(l.Parts, part)
}

// Hand hands a descriptor to the parent, where take gets it.
func (l *Lowering) Hand(fd *program.Instr, take func(fd int) error) {
	if l.gate != nil { // isle is gone; whoever opened the gate gets it
		spawn.SendFileOver(l.Builder, l.gate.connection.Load(0), 0, fd)
		return
	}
	spawn.SendFile(l.Builder, l.Control, len(l.Files), fd)
	l.Files = append(l.Files, take)
}

// Proc is a descriptor of /proc as it is when the process first needs it,
// verified to be procfs, so that what is written to it goes nowhere else.
func (l *Lowering) Proc() program.Arg {
	if l.proc == nil {
		l.proc = openProc(l.Builder)
	}
	return l.proc.Result()
}

// openProc appends the instructions that open and verify /proc.
func openProc(b *program.Builder) *program.Instr {
	const procSuperMagic = 0x9fa0
	statfs := b.Cell(120, "statfs")
	ok := b.Label("procfs")
	fd := b.Call(unix.SYS_OPENAT, program.Imm(unix.AT_FDCWD), b.Str("/proc"), program.Imm(unix.O_PATH|unix.O_DIRECTORY|unix.O_CLOEXEC)).
		Called("open /proc")
	b.Call(unix.SYS_FSTATFS, fd.Result(), statfs.Addr(0))
	b.Sub(statfs.Load(0), program.Named(procSuperMagic, "PROC_SUPER_MAGIC")).OnZero(ok)
	b.Fail(int(unix.ENODEV)).Called("/proc is not a proc file system")
	b.Mark(ok)
	return fd
}

// writeFile appends the instructions that write text to a file below a
// directory. The descriptor stays open, for it ends with the exec.
func writeFile(b *program.Builder, dir program.Arg, path, text, doing string) *program.Instr {
	fd := b.Call(unix.SYS_OPENAT, dir, b.Str(path), program.Imm(unix.O_WRONLY|unix.O_CLOEXEC)).Called(doing)
	b.Call(unix.SYS_WRITE, fd.Result(), b.Str(text), program.Imm(len(text))).Called(doing)
	return fd
}

// none are the facts of a step of which nothing needs to be known.
func none(op why.Op) why.Facts { return why.Facts{Op: op} }
