package plan

import (
	"golang.org/x/sys/unix"

	"isle/internal/program"
	"isle/internal/why"
)

// Attribute is one system call that sets something of the process itself: its
// scheduling, its personality and the like.
type Attribute struct {
	What  string // in words, starting with a verb
	Nr    uintptr
	Args  []uint64
	Bytes []byte // behind the argument At, if there are any
	At    int
}

// Words describes the step.
func (s *Attribute) Words() string { return s.What }

// Facts gives nothing more.
func (s *Attribute) Facts() why.Facts { return none(why.OpOther) }

// Shell says what no command of util-linux does.
func (s *Attribute) Shell(sh *Script) { sh.Comment(s.What) }

// Lower adds the call.
func (s *Attribute) Lower(l *Lowering) {
	args := make([]program.Arg, len(s.Args))
	for i, a := range s.Args {
		args[i] = program.Imm(a)
	}
	if len(s.Bytes) > 0 {
		args[s.At] = l.Bytes(s.Bytes, "{…}")
	}
	l.Call(s.Nr, args...).Called(s.What)
}

// Undumpable keeps processes of the same user from reaching this one's memory
// and descriptors until it executes the program (PR_SET_DUMPABLE(2const)).
func Undumpable() *Attribute {
	return &Attribute{What: "keep others from looking into this process until the exec", Nr: unix.SYS_PRCTL,
		Args: []uint64{unix.PR_SET_DUMPABLE, 0, 0, 0, 0}}
}

// Keyring gives the process a session keyring of its own (keyrings(7)).
type Keyring struct{ Name string }

// Words describes the step.
func (s *Keyring) Words() string { return "join a session keyring of its own, " + s.Name }

// Facts gives nothing more.
func (s *Keyring) Facts() why.Facts { return none(why.OpOther) }

// Shell names the command, which few have.
func (s *Keyring) Shell(sh *Script) { sh.Comment("keyctl session " + s.Name) }

// Lower joins the keyring. A kernel without keyrings, or a filter of isle's own
// surroundings that forbids them, has none to be kept from either.
func (s *Keyring) Lower(l *Lowering) {
	l.Call(unix.SYS_KEYCTL, program.Named(unix.KEYCTL_JOIN_SESSION_KEYRING, "KEYCTL_JOIN_SESSION_KEYRING"), l.Str(s.Name),
		program.Imm(0), program.Imm(0), program.Imm(0)).Ignore(int(unix.ENOSYS), int(unix.EPERM), int(unix.EDQUOT))
}

// SelfFile writes to a file of the process's own in /proc.
type SelfFile struct {
	File string // "oom_score_adj", "attr/exec"
	Or   string // another to be written where that one does not exist
	Text string
	What string // in words
}

// Words describes the step.
func (s *SelfFile) Words() string { return s.What }

// Facts gives the file.
func (s *SelfFile) Facts() why.Facts {
	return why.Facts{Op: why.OpFile, Target: "/proc/self/" + s.File}
}

// Shell writes the file.
func (s *SelfFile) Shell(sh *Script) {
	sh.Line("printf %s " + Quote(s.Text) + " >/proc/self/" + s.File)
}

// Lower writes through a descriptor that is known to be of procfs.
func (s *SelfFile) Lower(l *Lowering) {
	fd := l.Cell(8, s.File)
	opened := l.Label("opened")
	const inProc = unix.RESOLVE_BENEATH | unix.RESOLVE_NO_XDEV | unix.RESOLVE_NO_MAGICLINKS
	first := openHow(l, l.Proc(), "self/"+s.File, unix.O_WRONLY, inProc).Store(fd, 0).Called(s.What)
	if s.Or != "" {
		other := l.Label("other file")
		first.OnErrno(int(unix.ENOENT), other).Then(opened)
		l.Mark(other)
		openHow(l, l.Proc(), "self/"+s.Or, unix.O_WRONLY, inProc).Store(fd, 0).Called(s.What)
	}
	l.Mark(opened)
	l.Call(unix.SYS_WRITE, fd.Load(0), l.Str(s.Text), program.Imm(len(s.Text))).Called(s.What)
	l.Call(unix.SYS_CLOSE, fd.Load(0)).Ignore()
}

// UnshareCgroup gives the process a cgroup namespace whose root is the cgroup
// that it is in by now (cgroup_namespaces(7)).
type UnshareCgroup struct{}

// Words describes the step.
func (s *UnshareCgroup) Words() string {
	return "move into a new cgroup namespace, whose root is this cgroup"
}

// Facts gives nothing more.
func (s *UnshareCgroup) Facts() why.Facts { return none(why.OpCreate) }

// Shell has unshare do it, a little early: its root is the shell's own cgroup.
func (s *UnshareCgroup) Shell(sh *Script) { sh.OptionOf("unshare", "--cgroup") }

// Lower adds the call.
func (s *UnshareCgroup) Lower(l *Lowering) {
	l.Call(unix.SYS_UNSHARE, program.Named(unix.CLONE_NEWCGROUP, "CLONE_NEWCGROUP")).Called("unshare failed")
}
