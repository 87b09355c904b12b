package why

import (
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"syscall"

	"golang.org/x/sys/unix"

	"isle/ns"
)

// join joins one namespace of a process, which must fail.
func join(k ns.Kind, pid int) Failure {
	f := Failure{Syscall: "setns", Facts: Facts{Op: OpJoin, Kinds: ns.SetOf(k), PID: pid}}
	fd, err := unix.Open(fmt.Sprintf("/proc/%d/ns/%s", pid, k.File()), unix.O_RDONLY|unix.O_CLOEXEC, 0)
	if err != nil {
		f.Syscall, f.Errno = "openat", errnoOf(err)
		return f
	}
	defer unix.Close(fd)
	f.Errno = errnoOf(unix.Setns(fd, int(k.Flag())))
	return f
}

// joinNew joins a namespace of a process in new namespaces.
func joinNew(k ns.Kind, flags uint64) func() Failure {
	return func() Failure { return join(k, sleeper(flags)) }
}

func joinSelf(k ns.Kind) func() Failure { return func() Failure { return join(k, os.Getpid()) } }

func joinOuterPID() Failure {
	pid, err := strconv.Atoi(os.Getenv("OUTER"))
	must(err)
	return join(ns.PID, pid)
}

var joinScenarios = []scenario{
	{name: "join own user", do: joinSelf(ns.User), errno: syscall.EINVAL, cause: "in this process's own user namespace", fix: "no --user"},
	{name: "join user with threads", do: joinNew(ns.User, unix.CLONE_NEWUSER), errno: syscall.EINVAL, cause: "threads, and only a process with one"},
	{name: "join mount with threads", do: joinNew(ns.Mount, unix.CLONE_NEWNS), errno: syscall.EINVAL, cause: "may join a mount namespace", fix: "--fork"},
	{name: "join time with threads", do: joinNew(ns.Time, 0), errno: syscall.EUSERS, cause: "may join a time namespace"},
	{name: "join outer pid", do: joinOuterPID, errno: syscall.EINVAL, cause: "not inside this process's own", world: []string{"sh", "-ec", `OUTER=$$; export OUTER; unshare -pf "$@"`, "sh"}},
	{name: "join unprivileged", do: joinSelf(ns.UTS), errno: syscall.EPERM, cause: "joining a uts namespace needs CAP_SYS_ADMIN", world: nobody},
	{name: "join net owned by another user namespace", do: joinNew(ns.Net, unix.CLONE_NEWUSER|unix.CLONE_NEWNET), errno: syscall.EPERM,
		cause: "belongs to the user namespace", fix: "join that user namespace too: --user", world: nobody},
	{name: "join net owned outside", do: joinSelf(ns.Net), errno: syscall.EPERM, cause: "belongs to a user namespace outside this one", world: []string{"unshare", "-Ur"}},
	{name: "join mount without chroot", do: joinNew(ns.Mount, unix.CLONE_NEWNS), errno: syscall.EPERM, cause: "needs CAP_SYS_CHROOT as well",
		world: []string{"setpriv", "--bounding-set=-sys_chroot", "--inh-caps=-sys_chroot"}},
	{name: "join another user's process", do: func() Failure { return join(ns.Net, 1) }, errno: syscall.EACCES, cause: "process 1 belongs to another user (0)", world: nobody},
	{name: "join a process that has gone", errno: syscall.ENOENT, cause: "there is no process",
		do: func() Failure {
			cmd := exec.Command("/bin/true")
			must(cmd.Run())
			return join(ns.Net, cmd.Process.Pid)
		}},
	{name: "join a process that has ended", errno: syscall.ENOENT, cause: "only waits for its parent",
		do: func() Failure {
			cmd := exec.Command("/bin/true")
			must(cmd.Start())
			must(unix.Waitid(unix.P_PID, cmd.Process.Pid, nil, unix.WEXITED|unix.WNOWAIT, nil))
			return join(ns.Net, cmd.Process.Pid)
		}},
	{name: "join a file of another kind", errno: syscall.EINVAL, cause: "/proc/self/ns/uts is a uts namespace, not a net namespace", fix: "--uts=",
		do: func() Failure {
			fd, err := unix.Open("/proc/self/ns/uts", unix.O_RDONLY|unix.O_CLOEXEC, 0)
			must(err)
			return Failure{Syscall: "setns", Errno: errnoOf(unix.Setns(fd, unix.CLONE_NEWNET)), Facts: Facts{Op: OpJoin, Kinds: ns.SetOf(ns.Net), Target: "/proc/self/ns/uts"}}
		}},
	{name: "join a plain file", errno: syscall.EINVAL, cause: "/etc/passwd is not a namespace",
		do: func() Failure {
			fd, err := unix.Open("/etc/passwd", unix.O_RDONLY|unix.O_CLOEXEC, 0)
			must(err)
			return Failure{Syscall: "setns", Errno: errnoOf(unix.Setns(fd, 0)), Facts: Facts{Op: OpJoin, Kinds: ns.SetOf(ns.Net), Target: "/etc/passwd"}}
		}},
}
