package spawn

import (
	"os"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"

	"isle/internal/program"
)

// InPlace puts the program in the place of the calling process, which keeps
// its pid: it executes a tiny executable that holds nothing but the loop and
// the program, since the kernel lets a process with threads do too little to
// itself. It returns only if that fails. Descriptors that the program uses
// must be inheritable.
//
// What the program does about a failure is its own affair: see Relay.
func InPlace(prog *program.Builder, args, env []string) error { return inPlace(prog, args, env, nil) }

// InPlaceBlocked is InPlace for a program that begins with all signals blocked
// and finds those pending that come from now on.
func InPlaceBlocked(prog *program.Builder, args, env []string) error {
	all := ^uint64(0)
	return inPlace(prog, args, env, &all)
}

func inPlace(prog *program.Builder, args, env []string, block *uint64) error {
	image, err := Executable(prog)
	if err != nil {
		return err
	}
	fd, err := Memfd("isle", image)
	if err != nil {
		return err
	}
	defer unix.Close(fd)
	argv, err := syscall.SlicePtrFromStrings(args)
	if err != nil {
		return err
	}
	envv, err := syscall.SlicePtrFromStrings(env)
	if err != nil {
		return err
	}
	beforeExec()
	errno := execFile(fd, &argv[0], &envv[0], block)
	afterExec()
	return os.NewSyscallError("execveat", errno)
}

// execFile executes the file behind fd, without the need for a /proc. Signals
// are blocked on the thread that goes on, which the goroutine cannot leave
// meanwhile.
//
//go:nosplit
//go:norace
func execFile(fd int, argv, envv **byte, block *uint64) error {
	var was uint64
	if block != nil {
		syscall.RawSyscall6(unix.SYS_RT_SIGPROCMASK, unix.SIG_SETMASK, uintptr(unsafe.Pointer(block)), uintptr(unsafe.Pointer(&was)), 8, 0, 0)
	}
	_, _, errno := syscall.RawSyscall6(unix.SYS_EXECVEAT, uintptr(fd), uintptr(unsafe.Pointer(&emptyPath[0])),
		uintptr(unsafe.Pointer(argv)), uintptr(unsafe.Pointer(envv)), unix.AT_EMPTY_PATH, 0)
	if block != nil {
		syscall.RawSyscall6(unix.SYS_RT_SIGPROCMASK, unix.SIG_SETMASK, uintptr(unsafe.Pointer(&was)), 0, 8, 0, 0)
	}
	return errno
}

// SignalMask is the set of signals that this process was started with blocked:
// bit n-1 is signal n.
func SignalMask() (set uint64) {
	syscall.RawSyscall6(unix.SYS_RT_SIGPROCMASK, unix.SIG_BLOCK, 0, uintptr(unsafe.Pointer(&set)), 8, 0, 0)
	return set
}

// Relay appends the instructions that tell of a failure after the program took
// the place of its caller: they write the status to the file report and have a
// child execute isle again, from the descriptor self, to explain it. It must
// be a child, because a process that has unshared its pid namespace cannot
// make threads, which Go needs. The child's exit status becomes the process's.
func Relay(b *program.Builder, fail, quit *program.Label, report, self int, args, env []string) {
	explain := b.Label("explain")
	info := b.Cell(128, "siginfo")
	const siStatus = 24
	b.FailTo(quit)
	b.Mark(fail)
	b.Call(unix.SYS_PWRITE64, program.Imm(report), b.Status(), program.Imm(program.StatusSize), program.Imm(0))
	b.Call(unix.SYS_FCNTL, program.Imm(report), program.Named(unix.F_SETFD, "F_SETFD"), program.Imm(0)) // a program that failed to execute was to be kept from it
	clone := b.Words(program.Imm(unix.CLONE_CLEAR_SIGHAND), program.Null(), program.Null(), program.Null(),
		program.Imm(unix.SIGCHLD), program.Null(), program.Imm(0), program.Null())
	pid := b.Call(unix.SYS_CLONE3, clone.Addr(0), program.Imm(64)).OnZero(explain).OnError(explain)
	b.Call(unix.SYS_WAITID, program.Named(unix.P_PID, "P_PID"), pid.Result(), info.Addr(0), program.Imm(unix.WEXITED), program.Null())
	status := b.And(info.Load(siStatus), program.Imm(0xff))
	b.Exit(status.Result())
	b.Mark(explain)
	b.Call(unix.SYS_EXECVEAT, program.Imm(self), b.Str(""), b.Strv(args), b.Environ(env), program.Imm(unix.AT_EMPTY_PATH))
	b.Mark(quit)
	b.Exit(program.Imm(1))
}

// Memfd makes a file in memory with the given content, open for reading and
// executing and close-on-exec.
func Memfd(name string, content []byte) (int, error) {
	fd, err := unix.MemfdCreate(name, unix.MFD_CLOEXEC|unix.MFD_EXEC)
	if err == unix.EINVAL { // before Linux 6.3
		fd, err = unix.MemfdCreate(name, unix.MFD_CLOEXEC)
	}
	if err != nil {
		return -1, os.NewSyscallError("memfd_create", err)
	}
	for len(content) > 0 {
		n, err := unix.Write(fd, content)
		if err != nil {
			unix.Close(fd)
			return -1, os.NewSyscallError("write", err)
		}
		content = content[n:]
	}
	return fd, nil
}
