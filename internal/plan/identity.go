package plan

import (
	"encoding/binary"
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"

	"isle/internal/program"
	"isle/internal/why"
)

// Identity changes the process's user, group and supplementary groups.
type Identity struct {
	UID, GID *uint32 // nil: unchanged
	// Groups are the supplementary groups; DropGroups without any drops all.
	Groups     []uint32
	DropGroups bool
	// TolerateGroups goes on where the kernel forbids to change them.
	TolerateGroups bool
	// Dropped is an earlier step that dropped the groups if it could; only
	// where that failed too is it a failure here.
	Dropped *Identity

	result *program.Cell // of dropping the groups
}

// Words describes the step.
func (s *Identity) Words() string {
	var parts []string
	if s.DropGroups {
		if len(s.Groups) == 0 {
			parts = append(parts, "drop supplementary groups")
		} else {
			parts = append(parts, "set supplementary groups "+strings.Trim(fmt.Sprint(s.Groups), "[]"))
		}
	}
	if s.GID != nil {
		parts = append(parts, fmt.Sprintf("become group %d", *s.GID))
	}
	if s.UID != nil {
		parts = append(parts, fmt.Sprintf("become user %d", *s.UID))
	}
	return strings.Join(parts, ", ")
}

// Facts gives the ids.
func (s *Identity) Facts() why.Facts { return none(why.OpIdentity) }

// Shell wraps the rest in setpriv.
func (s *Identity) Shell(sh *Script) {
	words := []string{"setpriv"}
	if s.UID != nil {
		words = append(words, "--reuid", strconv.Itoa(int(*s.UID)))
	}
	if s.GID != nil {
		words = append(words, "--regid", strconv.Itoa(int(*s.GID)))
	}
	switch {
	case len(s.Groups) > 0:
		words = append(words, "--groups", strings.ReplaceAll(strings.Trim(fmt.Sprint(s.Groups), "[]"), " ", ","))
	case s.DropGroups:
		words = append(words, "--clear-groups")
	case s.GID != nil:
		words = append(words, "--keep-groups")
	}
	sh.Wrap(words...)
}

// Lower changes groups first and the user last, since that takes the right to
// change the others.
func (s *Identity) Lower(l *Lowering) {
	if s.DropGroups {
		s.lowerGroups(l)
	}
	if s.GID != nil {
		l.Call(unix.SYS_SETGID, program.Imm(*s.GID)).Called("setgid() failed")
	}
	if s.UID != nil {
		l.Call(unix.SYS_SETUID, program.Imm(*s.UID)).Called("setuid() failed")
	}
}

func (s *Identity) lowerGroups(l *Lowering) {
	list := program.Null()
	if len(s.Groups) > 0 {
		var b []byte
		for _, g := range s.Groups {
			b = binary.LittleEndian.AppendUint32(b, g)
		}
		list = l.Bytes(b, fmt.Sprint(s.Groups))
	}
	set := func() *program.Instr {
		return l.Call(unix.SYS_SETGROUPS, program.Imm(len(s.Groups)), list).Called("setgroups failed")
	}
	switch {
	case s.TolerateGroups:
		result := l.Cell(8, "dropped groups")
		s.result = &result
		set().Store(result, 0).Ignore(int(unix.EPERM))
	case s.Dropped != nil && s.Dropped.result != nil:
		done := l.Label("groups dropped")
		set().Then(done).Ignore(int(unix.EPERM))
		l.And(s.Dropped.result.Load(0), program.Imm(0xffff)).OnZero(done)
		set()
		l.Mark(done)
	default:
		set()
	}
}

// KeepCaps makes the capabilities that the process has in its user namespace
// survive the exec of a program as an ordinary user, by way of the ambient set
// (capabilities(7)).
type KeepCaps struct{}

// Words describes the step.
func (s *KeepCaps) Words() string {
	return "keep the capabilities of the user namespace across the exec (ambient set)"
}

// Facts gives nothing more.
func (s *KeepCaps) Facts() why.Facts { return none(why.OpIdentity) }

// Shell has unshare do it.
func (s *KeepCaps) Shell(sh *Script) { sh.OptionOf("unshare", "--keep-caps") }

// Lower copies the permitted set to the inheritable one, then raises each
// capability; which ones the process has is known only when it runs.
func (s *KeepCaps) Lower(l *Lowering) {
	const version3, last = 0x20080522, 40
	header := l.Words(program.Imm(version3))
	// Two halves of effective, permitted and inheritable, 4 bytes each; the
	// loop moves 8, so the second half's head is put aside and back.
	data := l.Cell(32, "capabilities")
	l.Call(unix.SYS_CAPGET, header.Addr(0), data.Addr(0)).Called("capget failed")
	head := l.Test(data.Load(12))
	l.And(data.Load(16), program.Imm(0xffffffff)).Store(data, 20)
	l.And(data.Load(4), program.Imm(0xffffffff)).Store(data, 8)
	l.Test(head.Result()).Store(data, 12)
	l.Call(unix.SYS_CAPSET, header.Addr(0), data.Addr(0)).Called("capset failed")
	for c := 0; c <= last; c++ {
		l.Call(unix.SYS_PRCTL, program.Named(unix.PR_CAP_AMBIENT, "PR_CAP_AMBIENT"), program.Named(unix.PR_CAP_AMBIENT_RAISE, "PR_CAP_AMBIENT_RAISE"),
			program.Imm(c), program.Imm(0), program.Imm(0)).Ignore(int(unix.EPERM), int(unix.EINVAL)).Called("prctl(PR_CAP_AMBIENT) failed")
	}
}

func decimal(n uint32) string { return strconv.FormatUint(uint64(n), 10) }

func octal(m uint32) string { return "0" + strconv.FormatUint(uint64(m), 8) }
