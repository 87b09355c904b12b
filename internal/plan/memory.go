package plan

import (
	"golang.org/x/sys/unix"

	"isle/internal/program"
)

// executeMemory appends the instructions that make a file in memory of an
// image and execute it. They end there.
func executeMemory(l *Lowering, image []byte, name string) {
	fd := memoryFile(l, name)
	l.Call(unix.SYS_WRITE, fd.Load(0), l.Bytes(image, name), program.Imm(len(image))).Called("fill the file in memory")
	// Nobody is to change what is executed, not even who opens it by /proc/PID/exe.
	l.Call(unix.SYS_FCNTL, fd.Load(0), program.Named(unix.F_ADD_SEALS, "F_ADD_SEALS"), program.Imm(seals)).Called("seal the file in memory")
	l.Call(unix.SYS_EXECVEAT, fd.Load(0), l.Str(""), l.Strv([]string{name}), l.Strv(nil), program.Imm(unix.AT_EMPTY_PATH)).
		Called("execute the file in memory")
}

const seals = unix.F_SEAL_SEAL | unix.F_SEAL_SHRINK | unix.F_SEAL_GROW | unix.F_SEAL_WRITE

// memoryFile makes a file in memory that may be executed, which a kernel before
// 6.3 takes for granted and a later one may want to be told (memfd_create(2)).
func memoryFile(l *Lowering, name string) program.Cell {
	const doing = "make a file in memory"
	fd, old, made := l.Cell(8, name), l.Label("before 6.3"), l.Label("file")
	text := l.Str(name)
	l.Call(unix.SYS_MEMFD_CREATE, text, program.Named(unix.MFD_CLOEXEC|unix.MFD_ALLOW_SEALING|unix.MFD_EXEC, "MFD_CLOEXEC|MFD_ALLOW_SEALING|MFD_EXEC")).Store(fd, 0).
		OnErrno(int(unix.EINVAL), old).Then(made).Called(doing)
	l.Mark(old)
	l.Call(unix.SYS_MEMFD_CREATE, text, program.Named(unix.MFD_CLOEXEC|unix.MFD_ALLOW_SEALING, "MFD_CLOEXEC|MFD_ALLOW_SEALING")).Store(fd, 0).Called(doing)
	l.Mark(made)
	return fd
}
