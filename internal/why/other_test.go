package why

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"

	"isle/ns"
)

// offset writes the offsets of a time namespace, which must fail.
func offset(text string, prepare func() error) func() Failure {
	return func() Failure {
		must(prepare())
		err := os.WriteFile("/proc/self/timens_offsets", []byte(text), 0)
		return Failure{Syscall: "write", Errno: errnoOf(err), Facts: Facts{Op: OpTimeOffset, Map: text}}
	}
}

func newTime() error { return unix.Unshare(unix.CLONE_NEWTIME) }
func nothing() error { return nil }

func making(call func() error, name, target string) func() Failure {
	return func() Failure {
		return Failure{Syscall: name, Errno: errnoOf(call()), Facts: Facts{Op: OpFile, Target: target}}
	}
}

func joining(file string) func() Failure {
	return func() Failure {
		err := os.WriteFile(file, []byte("0"), 0)
		return Failure{Syscall: "write", Errno: errnoOf(err), Facts: Facts{Op: OpCgroup, Target: file}}
	}
}

// loUp turns the loopback interface up.
func loUp() error {
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return err
	}
	defer unix.Close(fd)
	request, err := unix.NewIfreq("lo")
	if err != nil {
		return err
	}
	request.SetUint16(unix.IFF_UP)
	return unix.IoctlIfreq(fd, unix.SIOCSIFFLAGS, request)
}

var otherScenarios = []scenario{
	{name: "device node in a user namespace", do: making(func() error { return unix.Mknod(scratch+"/null", unix.S_IFCHR|0o666, 0x103) }, "mknodat", "/null"), errno: syscall.EPERM,
		cause: "only with CAP_MKNOD in the first user namespace", fix: "mount --bind /dev/NAME", world: private("", "unshare", "-Urm")},
	{name: "directory on a foreign file system", do: foreignDir, errno: syscall.EOVERFLOW, cause: "has no mapping in the user namespace that this file system belongs to",
		clean: func(f Failure) error { return unix.Kill(f.PID, unix.SIGKILL) }},
	{name: "directory on a read-only mount", do: making(func() error { return unix.Mkdir(scratch+"/d", 0o755) }, "mkdirat", scratch+"/d"), errno: syscall.EROFS,
		cause: "is on " + scratch + ", which is mounted read-only", world: private("mount -o remount,ro " + scratch)},
	{name: "directory in nothing", do: making(func() error { return unix.Mkdir("/no/d", 0o755) }, "mkdirat", "/no/d"), errno: syscall.ENOENT, cause: "/no does not exist", fix: "mkdir -p /no"},
	{name: "directory over a file", do: making(func() error { return unix.Mkdir("/etc/passwd", 0o755) }, "mkdirat", "/etc/passwd"), errno: syscall.EEXIST, cause: "already there, and is a file"},
	{name: "no space left", errno: syscall.ENOSPC, cause: "the file system on " + scratch + " has no free inodes", fix: "nr_inodes",
		do: making(func() error { return unix.Mkdir(scratch+"/d", 0o755) }, "mkdirat", scratch+"/d"), world: private("mount -o remount,nr_inodes=1 " + scratch + " || mount -t tmpfs -o nr_inodes=1 tmpfs " + scratch)},

	{name: "offset of an entered time namespace", do: offset("monotonic 5 0", nothing), errno: syscall.EACCES, cause: "already has a process in it", fix: "--time --boottime"},
	{name: "offset without power", do: offset("monotonic 5 0", nothing), errno: syscall.EPERM, cause: "the time namespace belongs to an outer user namespace", fix: "--time", world: []string{"unshare", "-Ur"}},
	{name: "offset below zero", do: offset("boottime -999999999 0", newTime), errno: syscall.ERANGE, cause: "would set the clock boottime below zero"},
	{name: "offset too big", do: offset("monotonic 9000000000 0", newTime), errno: syscall.ERANGE, cause: "would set the clock monotonic beyond"},
	{name: "offset of no clock", do: offset("realtime 5 0", newTime), errno: syscall.EINVAL, cause: `the line "realtime 5 0" is not of the form`},

	{name: "hostname unprivileged", do: other(OpHostname, "sethostname", func() error { return unix.Sethostname([]byte("x")) }), errno: syscall.EPERM, cause: "needs CAP_SYS_ADMIN", world: nobody},
	{name: "hostname of the outer uts namespace", do: other(OpHostname, "sethostname", func() error { return unix.Sethostname([]byte("x")) }), errno: syscall.EPERM, cause: "the uts namespace belongs to an outer user namespace", fix: "--uts", world: []string{"unshare", "-Ur"}},
	{name: "hostname too long", do: other(OpHostname, "sethostname", func() error { return unix.Sethostname(make([]byte, 65)) }), errno: syscall.EINVAL, cause: "longer than the 64 bytes", world: []string{"unshare", "-u"}},
	{name: "link up unprivileged", do: other(OpNetwork, "ioctl", loUp), errno: syscall.EPERM, cause: "needs CAP_NET_ADMIN", world: nobody},
	{name: "link up in the outer net namespace", do: other(OpNetwork, "ioctl", loUp), errno: syscall.EPERM, cause: "the net namespace belongs to an outer user namespace", fix: "--net", world: []string{"unshare", "-Ur"}},

	{name: "filter without no_new_privs", errno: syscall.EACCES, cause: "only after setting no_new_privs", world: nobody,
		do: other(OpSeccomp, "seccomp", func() error {
			allow := unix.SockFilter{Code: unix.BPF_RET | unix.BPF_K, K: unix.SECCOMP_RET_ALLOW}
			program := unix.SockFprog{Len: 1, Filter: &allow}
			_, _, errno := unix.Syscall(unix.SYS_SECCOMP, unix.SECCOMP_SET_MODE_FILTER, 0, uintptr(unsafe.Pointer(&program)))
			return errnoOrNil(errno)
		})},
	{name: "landlock off or without no_new_privs", errno: landlockErrno(), cause: landlockCause(), world: nobody, do: other(OpLandlock, "landlock_restrict_self", landlock)},

	{name: "cgroup of root", do: joining(anyCgroup() + "/cgroup.procs"), errno: syscall.EACCES, cause: "user 12345 may not write to", fix: "systemd-run --user", world: nobody},
	{name: "cgroup of threads", errno: syscall.EOPNOTSUPP, cause: `of type "domain invalid"`, skip: noCgroup(""), do: joinThreaded, clean: func(f Failure) error {
		dir := filepath.Dir(f.Target)
		return errors.Join(os.Remove(dir), os.Remove(filepath.Dir(dir)))
	}},
	{name: "cgroup not there", do: joining(anyCgroup() + "/no/cgroup.procs"), errno: syscall.ENOENT, cause: "/no does not exist"},
}

// foreignDir makes a directory on a tmpfs of a user namespace that has no id for
// this process.
func foreignDir() Failure {
	cmd := exec.Command(nobody[0], append(nobody[1:], "unshare", "-Urm", "sh", "-c", "mount -t tmpfs -o mode=777 tmpfs /mnt; echo; exec sleep 60")...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: unix.SIGKILL}
	ready, err := cmd.StdoutPipe()
	must(err)
	must(cmd.Start())
	ready.Read(make([]byte, 1))
	dir := fmt.Sprintf("/proc/%d/root/mnt/d", cmd.Process.Pid)
	f := making(func() error { return unix.Mkdir(dir, 0o755) }, "mkdirat", dir)()
	f.PID = cmd.Process.Pid // setpriv's change of user has undone the death signal
	return f
}

// joinThreaded makes a cgroup below one that takes only threads.
func joinThreaded() Failure {
	dir := Running().cgroupDirs("")[0] + "/isle-why-threads"
	must(os.Mkdir(dir, 0o755))
	must(os.WriteFile(dir+"/cgroup.type", []byte("threaded"), 0))
	must(os.Mkdir(dir+"/below", 0o755))
	return joining(dir + "/below/cgroup.procs")()
}

// anyCgroup is a cgroup of the machine, which no scenario changes.
func anyCgroup() string {
	if dirs := Running().cgroupDirs("pids"); len(dirs) > 0 {
		return dirs[0]
	}
	return "/sys/fs/cgroup"
}

func other(op Op, name string, call func() error) func() Failure {
	return func() Failure {
		f := Failure{Syscall: name, Errno: errnoOf(call()), Facts: Facts{Op: op}}
		if op == OpHostname {
			f.Kinds = ns.SetOf(ns.UTS)
		}
		return f
	}
}

// landlock makes a ruleset and enters it.
func landlock() error {
	handled := uint64(1)
	fd, _, errno := unix.Syscall(unix.SYS_LANDLOCK_CREATE_RULESET, uintptr(unsafe.Pointer(&handled)), 8, 0)
	if errno != 0 {
		return errno
	}
	_, _, errno = unix.Syscall(unix.SYS_LANDLOCK_RESTRICT_SELF, fd, 0, 0)
	return errnoOrNil(errno)
}

// landlockErrno is what the kernel here answers: that Landlock is missing, is
// off, or asks for no_new_privs.
func landlockErrno() syscall.Errno {
	_, _, errno := unix.Syscall(unix.SYS_LANDLOCK_CREATE_RULESET, 0, 0, unix.LANDLOCK_CREATE_RULESET_VERSION)
	if errno != 0 {
		return errno
	}
	return syscall.EPERM
}

func landlockCause() string {
	switch landlockErrno() {
	case syscall.EOPNOTSUPP:
		return "not turned on at boot"
	case syscall.ENOSYS:
		return "Landlock"
	}
	return "only after setting no_new_privs"
}
