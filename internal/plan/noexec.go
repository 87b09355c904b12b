package plan

import (
	"unsafe"

	"golang.org/x/sys/unix"

	"isle/internal/program"
)

// remember stores the first of the files that may not be executed.
func remember(l *Lowering, denied program.Cell, file program.Arg, next *program.Label) {
	first := l.Label("first refused")
	l.Test(denied.Load(0)).OnZero(first).Then(next)
	l.Mark(first)
	l.Test(file).Store(denied, 0)
}

// noexec fails, in place of what follows, if a file that may not be executed is
// on a mount that is noexec: this process alone sees its mounts. The call that
// then fails is refused for no other reason, and package why knows it by its name.
// Where a filter forbids these calls, nothing is found out.
func noexec(l *Lowering, file program.Arg, doing string) {
	fail, other := l.FailLabel(), l.Label("not noexec")
	fs := l.Cell(int(unsafe.Sizeof(unix.Statfs_t{})), "statfs")
	flags := fs.Load(int(unsafe.Offsetof(unix.Statfs_t{}.Flags)))
	l.Call(unix.SYS_STATFS, file, fs.Addr(0)).OnError(other)
	l.And(flags, program.Named(unix.ST_NOEXEC, "ST_NOEXEC")).OnZero(other)
	l.Call(unix.SYS_FACCESSAT2, program.Imm(unix.AT_FDCWD), file, program.Named(unix.X_OK, "X_OK"), program.Imm(0)).
		OnErrno(int(unix.EACCES), fail).OnError(other).Called(doing)
	l.Mark(other)
}
