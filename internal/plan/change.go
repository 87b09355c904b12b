package plan

import (
	"strings"

	"golang.org/x/sys/unix"

	"isle/internal/program"
)

// Change is what mount_setattr(2) does to a mount, or to all mounts below it too.
type Change struct {
	Set, Clear  uint64 // MOUNT_ATTR_*
	Propagation uint64 // MS_PRIVATE, MS_SLAVE, MS_SHARED, MS_UNBINDABLE, or 0
	Recursive   bool
}

// None says that nothing changes.
func (c Change) None() bool { return c.Set|c.Clear|c.Propagation == 0 }

func (c Change) words() string {
	var parts []string
	if c.Set != 0 {
		parts = append(parts, "set "+program.FlagNames(c.Set, program.MountAttrs))
	}
	if c.Clear != 0 {
		parts = append(parts, "clear "+program.FlagNames(c.Clear, program.MountAttrs))
	}
	if c.Propagation != 0 {
		parts = append(parts, propagations.name(c.Propagation))
	}
	words := strings.Join(parts, ", ")
	if c.Recursive {
		words += ", with all mounts below"
	}
	return words
}

type propagationNames []struct {
	flag uint64
	name string
}

var propagations = propagationNames{{unix.MS_PRIVATE, "private"}, {unix.MS_SLAVE, "slave"}, {unix.MS_SHARED, "shared"}, {unix.MS_UNBINDABLE, "unbindable"}}

func (p propagationNames) name(flag uint64) string {
	for _, n := range p {
		if n.flag == flag {
			return n.name
		}
	}
	return ""
}

// apply appends the call that changes the mount of a descriptor.
func (c Change) apply(l *Lowering, fd program.Arg) *program.Instr {
	attr := l.Words(program.Imm(c.Set), program.Imm(c.Clear), program.Imm(c.Propagation), program.Imm(0))
	flags := unix.AT_EMPTY_PATH
	if c.Recursive {
		flags |= unix.AT_RECURSIVE
	}
	return l.Call(unix.SYS_MOUNT_SETATTR, fd, l.Str(""), program.Imm(flags), attr.Addr(0).As("{"+c.words()+"}"), program.Imm(32))
}
