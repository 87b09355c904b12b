package program

import (
	"strconv"

	"golang.org/x/sys/unix"
)

// SyscallName is the name of a system call that isle uses, its number otherwise.
func SyscallName(nr int64) string {
	for _, c := range syscallNames {
		if c.nr == nr {
			return c.name
		}
	}
	return "syscall_" + strconv.FormatInt(nr, 10)
}

var syscallNames = [...]struct {
	nr   int64
	name string
}{
	{unix.SYS_READ, "read"}, {unix.SYS_WRITE, "write"}, {unix.SYS_OPENAT, "openat"}, {unix.SYS_OPENAT2, "openat2"},
	{unix.SYS_CLOSE, "close"}, {unix.SYS_PIPE2, "pipe2"}, {unix.SYS_DUP3, "dup3"}, {unix.SYS_FCNTL, "fcntl"},
	{unix.SYS_SOCKET, "socket"}, {unix.SYS_SOCKETPAIR, "socketpair"}, {unix.SYS_SENDMSG, "sendmsg"},
	{unix.SYS_RECVMSG, "recvmsg"}, {unix.SYS_RECVFROM, "recvfrom"}, {unix.SYS_SENDTO, "sendto"}, {unix.SYS_IOCTL, "ioctl"},
	{unix.SYS_PREAD64, "pread64"}, {unix.SYS_PWRITE64, "pwrite64"}, {unix.SYS_LSEEK, "lseek"}, {unix.SYS_CLONE, "clone"},
	{unix.SYS_CLONE3, "clone3"}, {unix.SYS_EXECVE, "execve"}, {unix.SYS_EXECVEAT, "execveat"}, {unix.SYS_EXIT, "exit"},
	{unix.SYS_EXIT_GROUP, "exit_group"}, {unix.SYS_WAIT4, "wait4"}, {unix.SYS_WAITID, "waitid"}, {unix.SYS_KILL, "kill"},
	{unix.SYS_GETPID, "getpid"}, {unix.SYS_GETPPID, "getppid"}, {unix.SYS_PRCTL, "prctl"}, {unix.SYS_UNSHARE, "unshare"},
	{unix.SYS_SETNS, "setns"}, {unix.SYS_PIDFD_OPEN, "pidfd_open"}, {unix.SYS_PIDFD_GETFD, "pidfd_getfd"},
	{unix.SYS_PIDFD_SEND_SIGNAL, "pidfd_send_signal"}, {unix.SYS_MOUNT, "mount"}, {unix.SYS_UMOUNT2, "umount2"},
	{unix.SYS_PIVOT_ROOT, "pivot_root"}, {unix.SYS_CHROOT, "chroot"}, {unix.SYS_CHDIR, "chdir"}, {unix.SYS_FCHDIR, "fchdir"},
	{unix.SYS_OPEN_TREE, "open_tree"}, {unix.SYS_MOVE_MOUNT, "move_mount"}, {unix.SYS_FSOPEN, "fsopen"},
	{unix.SYS_FSCONFIG, "fsconfig"}, {unix.SYS_FSMOUNT, "fsmount"}, {unix.SYS_MOUNT_SETATTR, "mount_setattr"},
	{unix.SYS_FSPICK, "fspick"}, {unix.SYS_MKDIRAT, "mkdirat"}, {unix.SYS_MKNODAT, "mknodat"}, {unix.SYS_SYMLINKAT, "symlinkat"},
	{unix.SYS_LINKAT, "linkat"}, {unix.SYS_UNLINKAT, "unlinkat"}, {unix.SYS_FCHMODAT, "fchmodat"}, {unix.SYS_FCHMOD, "fchmod"},
	{unix.SYS_FCHOWNAT, "fchownat"}, {unix.SYS_FCHOWN, "fchown"}, {unix.SYS_READLINKAT, "readlinkat"},
	{unix.SYS_FACCESSAT, "faccessat"}, {unix.SYS_FACCESSAT2, "faccessat2"}, {unix.SYS_NEWFSTATAT, "newfstatat"},
	{unix.SYS_STATX, "statx"}, {unix.SYS_STATFS, "statfs"},
	{unix.SYS_FSTATFS, "fstatfs"}, {unix.SYS_FTRUNCATE, "ftruncate"}, {unix.SYS_UMASK, "umask"}, {unix.SYS_SETUID, "setuid"},
	{unix.SYS_SETGID, "setgid"}, {unix.SYS_SETREUID, "setreuid"}, {unix.SYS_SETREGID, "setregid"},
	{unix.SYS_SETRESUID, "setresuid"}, {unix.SYS_SETRESGID, "setresgid"}, {unix.SYS_SETGROUPS, "setgroups"},
	{unix.SYS_GETGROUPS, "getgroups"}, {unix.SYS_SETFSUID, "setfsuid"}, {unix.SYS_CAPSET, "capset"}, {unix.SYS_CAPGET, "capget"},
	{unix.SYS_SETSID, "setsid"}, {unix.SYS_SETPGID, "setpgid"}, {unix.SYS_SETHOSTNAME, "sethostname"},
	{unix.SYS_SETDOMAINNAME, "setdomainname"}, {unix.SYS_PRLIMIT64, "prlimit64"}, {unix.SYS_SETPRIORITY, "setpriority"},
	{unix.SYS_RT_SIGPROCMASK, "rt_sigprocmask"}, {unix.SYS_RT_SIGTIMEDWAIT, "rt_sigtimedwait"},
	{unix.SYS_RT_SIGACTION, "rt_sigaction"}, {unix.SYS_CLOSE_RANGE, "close_range"}, {unix.SYS_PPOLL, "ppoll"},
	{unix.SYS_SECCOMP, "seccomp"}, {unix.SYS_LANDLOCK_CREATE_RULESET, "landlock_create_ruleset"},
	{unix.SYS_LANDLOCK_ADD_RULE, "landlock_add_rule"}, {unix.SYS_LANDLOCK_RESTRICT_SELF, "landlock_restrict_self"},
	{unix.SYS_SCHED_SETATTR, "sched_setattr"}, {unix.SYS_SCHED_SETAFFINITY, "sched_setaffinity"},
	{unix.SYS_IOPRIO_SET, "ioprio_set"}, {unix.SYS_PERSONALITY, "personality"}, {unix.SYS_KEYCTL, "keyctl"},
	{unix.SYS_MEMFD_CREATE, "memfd_create"}, {unix.SYS_GETRANDOM, "getrandom"}, {unix.SYS_STATMOUNT, "statmount"},
	{unix.SYS_NAME_TO_HANDLE_AT, "name_to_handle_at"}, {unix.SYS_OPEN_BY_HANDLE_AT, "open_by_handle_at"}, {unix.SYS_BPF, "bpf"},
	{unix.SYS_GETTID, "gettid"},
}
