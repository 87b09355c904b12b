package spawn

import (
	_ "unsafe" // for linkname

	"golang.org/x/sys/unix"

	"isle/internal/program"
	"isle/internal/spawn/nofile"
)

// beforeExec keeps the runtime from starting threads while one thread executes
// another program.
//
//go:linkname beforeExec syscall.runtime_BeforeExec
func beforeExec()

//go:linkname afterExec syscall.runtime_AfterExec
func afterExec()

var emptyPath = [1]byte{}

// RestoreLimit appends the instruction that gives the process back the limit
// of open files that this one was started with, if Go's runtime raised it.
func RestoreLimit(b *program.Builder) {
	if lim := nofile.Limit; lim[0] != lim[1] {
		b.Call(unix.SYS_PRLIMIT64, program.Imm(0), program.Named(unix.RLIMIT_NOFILE, "RLIMIT_NOFILE"),
			b.Words(program.Imm(lim[0]), program.Imm(lim[1])).Addr(0), program.Null()).Ignore()
	}
}
