package plan

import (
	"encoding/binary"
	"fmt"
	"strings"

	"golang.org/x/sys/unix"

	"isle/internal/program"
	"isle/internal/why"
)

// Landlock allows access to the given paths of the new root only, whatever
// else the process could do: those in ReadOnly can be read and executed, those
// in ReadWrite also written (landlock(7)). It needs no privilege but
// no_new_privs.
type Landlock struct {
	ABI                 int // what the kernel offers, at least 1
	ReadOnly, ReadWrite []string
	Root                *Root // if there is one, for explanations
}

// The rights of a file and of a directory, by the ABI that brought them.
const (
	llExecute = 1 << iota
	llWriteFile
	llReadFile
	llReadDir
	llRemoveDir
	llRemoveFile
	llMakeChar
	llMakeDir
	llMakeReg
	llMakeSock
	llMakeFifo
	llMakeBlock
	llMakeSym
	llRefer    // ABI 2
	llTruncate // ABI 3
	llIoctlDev // ABI 5
)

const llFile = llExecute | llWriteFile | llReadFile | llTruncate | llIoctlDev

func (s *Landlock) handled() uint64 {
	rights := uint64(llRefer - 1)
	for _, r := range []struct {
		abi   int
		right uint64
	}{{2, llRefer}, {3, llTruncate}, {5, llIoctlDev}} {
		if s.ABI >= r.abi {
			rights |= r.right
		}
	}
	return rights
}

// Words describes the step.
func (s *Landlock) Words() string {
	words := "allow access to nothing but"
	if len(s.ReadOnly) > 0 {
		words += " " + strings.Join(s.ReadOnly, " ") + " (read-only)"
	}
	if len(s.ReadWrite) > 0 {
		words += " " + strings.Join(s.ReadWrite, " ")
	}
	return words + " (landlock)"
}

// Facts gives nothing more.
func (s *Landlock) Facts() why.Facts { return none(why.OpLandlock) }

const allowing = "allow access to "

// FactsOf gives the path that was to be allowed.
func (s *Landlock) FactsOf(doing string) why.Facts {
	f := s.Facts()
	if path, ok := strings.CutPrefix(doing, allowing); ok {
		f.Target = path
		if s.Root != nil {
			f.Root = s.Root.Seen
		}
	}
	return f
}

// Shell prints a note: util-linux before 2.42 has no command for it.
func (s *Landlock) Shell(sh *Script) { sh.Comment(s.Words()) }

// Lower makes the ruleset, adds a rule a path and enters it.
func (s *Landlock) Lower(l *Lowering) {
	attr := l.CellOf(binary.LittleEndian.AppendUint64(nil, s.handled()), "ruleset")
	ruleset := l.Call(unix.SYS_LANDLOCK_CREATE_RULESET, attr.Addr(0).As(fmt.Sprintf("{handled_access_fs=%#x}", s.handled())), program.Imm(8), program.Imm(0)).
		Called("make a landlock ruleset")
	for _, p := range s.ReadOnly {
		s.rule(l, ruleset, p, llExecute|llReadFile|llReadDir)
	}
	for _, p := range s.ReadWrite {
		s.rule(l, ruleset, p, s.handled())
	}
	l.Call(unix.SYS_LANDLOCK_RESTRICT_SELF, ruleset.Result(), program.Imm(0)).Called("enter the landlock ruleset")
}

// rule allows access below a path, with the rights of a file if the kernel
// says that it is one.
func (s *Landlock) rule(l *Lowering, ruleset *program.Instr, path string, access uint64) {
	doing := allowing + path
	fd := l.Call(unix.SYS_OPENAT, program.Imm(unix.AT_FDCWD), l.Str(path), program.Imm(unix.O_PATH|unix.O_CLOEXEC)).Called(doing)
	file, done := l.Label("file"), l.Label("allowed")
	add := func(access uint64) *program.Instr {
		attr := l.CellOf(binary.LittleEndian.AppendUint64(nil, access), "path beneath")
		where := l.Cell(8, "descriptor") // follows attr at once: struct landlock_path_beneath_attr
		l.Test(fd.Result()).Store(where, 0)
		return l.Call(unix.SYS_LANDLOCK_ADD_RULE, ruleset.Result(), program.Named(1, "LANDLOCK_RULE_PATH_BENEATH"),
			attr.Addr(0).As(fmt.Sprintf("{allowed_access=%#x, parent_fd=%s}", access, path)), program.Imm(0)).Called(doing)
	}
	add(access&s.handled()).OnErrno(int(unix.EINVAL), file).Then(done)
	l.Mark(file)
	add(access & s.handled() & llFile)
	l.Mark(done)
}
