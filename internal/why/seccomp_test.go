package why

import (
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"

	"isle/ns"
)

// deny loads a filter on all threads that answers errno to one system call, if
// its first argument has all bits of mask.
func deny(nr, mask uint32, errno syscall.Errno) {
	const load, jumpIf, and, ret = unix.BPF_LD | unix.BPF_W | unix.BPF_ABS, unix.BPF_JMP | unix.BPF_JEQ | unix.BPF_K, unix.BPF_ALU | unix.BPF_AND | unix.BPF_K, unix.BPF_RET | unix.BPF_K
	code := []unix.SockFilter{
		{Code: load, K: 0}, // seccomp_data.nr
		{Code: jumpIf, K: nr, Jf: 4},
		{Code: load, K: 16}, // the low half of args[0]
		{Code: and, K: mask},
		{Code: jumpIf, K: mask, Jf: 1},
		{Code: ret, K: unix.SECCOMP_RET_ERRNO | uint32(errno)},
		{Code: ret, K: unix.SECCOMP_RET_ALLOW},
	}
	program := unix.SockFprog{Len: uint16(len(code)), Filter: &code[0]}
	must(unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
	_, _, e := unix.Syscall(unix.SYS_SECCOMP, unix.SECCOMP_SET_MODE_FILTER, unix.SECCOMP_FILTER_FLAG_TSYNC, uintptr(unsafe.Pointer(&program)))
	must(errnoOrNil(e))
}

func rawClone3(flags uint64) syscall.Errno {
	args := struct{ flags, pidfd, childTID, parentTID, exitSignal, stack, stackSize, tls uint64 }{flags: flags, exitSignal: uint64(unix.SIGCHLD)}
	_, _, errno := unix.RawSyscall(unix.SYS_CLONE3, uintptr(unsafe.Pointer(&args)), unsafe.Sizeof(args), 0)
	return errno
}

var seccompScenarios = []scenario{
	{name: "filtered clone3", errno: syscall.ENOSYS, cause: "a seccomp filter on this process refuses clone3", fix: "--security-opt seccomp=",
		do: func() Failure {
			deny(unix.SYS_CLONE3, 0, unix.ENOSYS)
			return Failure{Syscall: "clone3", Errno: rawClone3(unix.CLONE_NEWUTS), Facts: Facts{Op: OpCreate, Kinds: ns.SetOf(ns.UTS)}}
		}},
	{name: "filtered clone of user namespaces", errno: syscall.EPERM, cause: "a seccomp filter on this process refuses clone",
		do: func() Failure {
			deny(unix.SYS_CLONE, unix.CLONE_NEWUSER, unix.EPERM)
			return Failure{Syscall: "clone", Errno: errnoOf(clone(unix.CLONE_NEWUSER)), Facts: Facts{Op: OpCreate, Kinds: ns.SetOf(ns.User)}}
		}},
	{name: "filtered unshare", errno: syscall.EPERM, cause: "a seccomp filter on this process refuses unshare",
		do: func() Failure {
			deny(unix.SYS_UNSHARE, 0, unix.EPERM)
			return Failure{Syscall: "unshare", Errno: errnoOf(unix.Unshare(unix.CLONE_NEWUTS)), Facts: Facts{Op: OpCreate, Kinds: ns.SetOf(ns.UTS)}}
		}},
	{name: "filtered mount", errno: syscall.EPERM, cause: "a seccomp filter on this process refuses mount", world: private(""),
		do: func() Failure {
			deny(unix.SYS_MOUNT, 0, unix.EPERM)
			return mountFailure("tmpfs", scratch, "tmpfs", 0, "")
		}},
	{name: "filtered fsopen", errno: syscall.EPERM, cause: "a seccomp filter on this process refuses fsopen",
		do: func() Failure {
			deny(unix.SYS_FSOPEN, 0, unix.EPERM)
			_, err := unix.Fsopen("tmpfs", 0)
			return Failure{Syscall: "fsopen", Errno: errnoOf(err), Facts: Facts{Op: OpMount, FSType: "tmpfs", Target: scratch}}
		}},
	{name: "filter on arguments", errno: syscall.EACCES, cause: "not proven, but possible: the seccomp filter on this process refuses personality with these arguments",
		do: func() Failure {
			deny(unix.SYS_PERSONALITY, 0x8, unix.EACCES)
			_, _, errno := unix.RawSyscall(unix.SYS_PERSONALITY, 0x8, 0, 0)
			return Failure{Syscall: "personality", Errno: errno, Facts: Facts{Op: OpOther}}
		}},
	{name: "unfiltered beside a filter", errno: syscall.EPERM, cause: "creating a uts namespace needs CAP_SYS_ADMIN", world: nobody,
		do: func() Failure {
			deny(unix.SYS_MOUNT, 0, unix.EPERM)
			return create(ns.UTS)()
		}},
}

// mountFailure makes a mount that must fail.
func mountFailure(source, target, fs string, flags uintptr, data string) Failure {
	err := unix.Mount(source, target, fs, flags, data)
	return Failure{Syscall: "mount", Errno: errnoOf(err), Facts: Facts{Op: OpMount, Source: source, Target: target, FSType: fs, Options: data}}
}
