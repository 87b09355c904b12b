package why

import (
	"os"
	"strconv"
	"syscall"

	"golang.org/x/sys/unix"

	"isle/ns"
)

// clone creates a process in new namespaces; should that work, it finds nothing
// to execute.
func clone(flags uint64) error {
	_, err := syscall.ForkExec("/does/not/exist", nil, &syscall.ProcAttr{Sys: &syscall.SysProcAttr{Cloneflags: uintptr(flags)}})
	return err
}

// create fails to create namespaces with clone.
func create(kinds ...ns.Kind) func() Failure {
	return func() Failure {
		set := ns.SetOf(kinds...)
		return Failure{Syscall: "clone3", Errno: errnoOf(clone(set.Flags())), Facts: Facts{Op: OpCreate, Kinds: set}}
	}
}

// jail puts the child alone into a directory that is no mount point.
const jail = `mkdir -p jail/proc; cp "$SELF" jail/why.test; `

var createScenarios = []scenario{
	{name: "user in a chroot", do: create(ns.User), errno: syscall.EPERM, cause: "runs in a chroot", fix: "pivot_root",
		world: private(jail, "sh", "-c", `exec chroot jail /why.test`)},
	{name: "user in a chroot with proc, unprivileged", do: create(ns.User), errno: syscall.EPERM, cause: "runs in a chroot",
		world: private(jail+`mount -t proc proc jail/proc`, "sh", "-c", `exec chroot --userspec=12345:12345 jail /why.test`)},
	{name: "user in a chroot on a mount", do: create(ns.User), errno: syscall.EPERM, cause: "runs in a chroot",
		world: private(jail+`mount --bind jail jail; mount -t proc proc jail/proc`, "sh", "-c", `exec chroot jail /why.test`)},
	{name: "user, unmapped", do: create(ns.User), errno: syscall.EPERM, cause: "user id has no mapping", fix: "--map-root-user",
		world: []string{"unshare", "-U"}},
	{name: "user, group unmapped", do: create(ns.User), errno: syscall.EPERM, cause: "group id has no mapping",
		world: []string{"unshare", "-U", "--map-user=0"}},
	{name: "uts, unprivileged", do: create(ns.UTS), errno: syscall.EPERM, cause: "creating a uts namespace needs CAP_SYS_ADMIN", fix: "-U -r", world: nobody},
	{name: "pid twice", errno: syscall.EINVAL, cause: "already created or joined a pid namespace", fix: "--fork",
		do: func() Failure {
			must(unix.Unshare(unix.CLONE_NEWPID))
			return Failure{Syscall: "unshare", Errno: errnoOf(unix.Unshare(unix.CLONE_NEWPID)), Facts: Facts{Op: OpCreate, Kinds: ns.SetOf(ns.PID)}}
		}},
	{name: "user with threads", errno: syscall.EINVAL, cause: "threads, and only a process with one", fix: "--fork",
		do: func() Failure {
			return Failure{Syscall: "unshare", Errno: errnoOf(unix.Unshare(unix.CLONE_NEWUSER)), Facts: Facts{Op: OpCreate, Kinds: ns.SetOf(ns.User)}}
		}},
}

// nest runs the child n levels of script deep.
func nest(n string, level string) []string {
	return []string{"sh", "-ec", `n=` + n + `; export n; cat >"$1.nest" <<'END'
if [ $n -gt 0 ]; then n=$((n-1)); exec ` + level + ` sh "$0" "$@"; fi
exec "$@"
END
sh "$1.nest" "$@"; rc=$?; rm "$1.nest"; exit $rc`, "sh"}
}

var quotaScenarios = []scenario{
	{name: "no user namespaces allowed", do: create(ns.User, ns.Mount), errno: syscall.ENOSPC, cause: "(user.max_user_namespaces=0)", fix: "sysctl -w user.max_user_namespaces",
		world: shell("echo 0 >/proc/sys/user/max_user_namespaces", "unshare", "-Ur")},
	{name: "no uts namespaces allowed", do: create(ns.PID, ns.UTS, ns.IPC), errno: syscall.ENOSPC, cause: "(user.max_uts_namespaces=0)",
		world: shell("echo 0 >/proc/sys/user/max_uts_namespaces", "unshare", "-Ur")},
	{name: "no net namespaces above", do: create(ns.User, ns.Net), errno: syscall.ENOSPC, cause: "(user.max_net_namespaces=0)",
		world: shell("echo 0 >/proc/sys/user/max_net_namespaces", "unshare", "-Ur")},
	{name: "user namespaces limited outside", do: create(ns.User), errno: syscall.ENOSPC, cause: "that of an outer user namespace cannot be read from inside",
		world: shell("echo 1 >/proc/sys/user/max_user_namespaces; exec unshare -Ur \"$@\"", "unshare", "-Ur")},
	{name: "user namespaces 32 deep", do: create(ns.User), errno: syscall.ENOSPC, cause: "one of: user namespaces are nested as deep as the kernel allows", fix: "nest fewer",
		world: nest("33", "unshare -Ur")},
	{name: "pid namespaces 32 deep", do: create(ns.PID), errno: syscall.ENOSPC, cause: "pid namespaces are nested 32 deep", fix: "share the pid namespace",
		world: nest("32", "unshare -pf")},
	{name: "mounts used up", do: doubleMounts, errno: syscall.ENOSPC, cause: "more mounts than fs.mount-max allows", fix: "fs.mount-max", world: private("")},
	{name: "fork after process 1", errno: syscall.ENOMEM, cause: "process 1 of the pid namespace has ended", fix: "--fork",
		do: func() Failure {
			must(unix.Unshare(unix.CLONE_NEWPID))
			must(errnoOrNil(forkRaw()))
			unix.Wait4(-1, nil, 0, nil)
			return Failure{Syscall: "clone", Errno: forkRaw(), Facts: Facts{Op: OpCreate}}
		}},
	{name: "process limit", errno: syscall.EAGAIN, cause: "user 12345 already has as many processes and threads as RLIMIT_NPROC allows", fix: "ulimit -u",
		do: overLimit, world: nobody},
	{name: "pids cgroup", errno: syscall.EAGAIN, cause: "holds as many tasks as its pids.max allows", fix: "TasksMax=",
		do: overPids, skip: noCgroup("pids"), clean: func(f Failure) error { return os.Remove(f.Doing) }},
}

// threads starts n threads and leaves them idle, so that the runtime needs no more.
func threads(n int) {
	ready, end := make(chan bool), make(chan bool)
	for range n {
		go func() {
			var st unix.Stat_t
			unix.Stat("/", &st)
			ready <- true
			<-end
		}()
	}
	for range n {
		<-ready
	}
	close(end)
}

// forkRaw is a bare clone, which ends at once in the child should it work: the
// runtime must not be asked for a thread under these limits.
func forkRaw() syscall.Errno {
	pid, _, errno := unix.RawSyscall(unix.SYS_CLONE, uintptr(unix.SIGCHLD), 0, 0)
	if pid == 0 && errno == 0 {
		unix.RawSyscall(unix.SYS_EXIT_GROUP, 0, 0, 0)
	}
	return errno
}

func overLimit() Failure {
	threads(8)
	must(unix.Setrlimit(unix.RLIMIT_NPROC, &unix.Rlimit{Cur: 1, Max: 1}))
	return Failure{Syscall: "clone", Errno: forkRaw(), Facts: Facts{Op: OpCreate}}
}

func errnoOrNil(errno syscall.Errno) error {
	if errno == 0 {
		return nil
	}
	return errno
}

// noCgroup says whether a cgroup with that controller can be made here, by making
// and removing one; "" asks for version 2.
func noCgroup(controller string) func() string {
	return func() string {
		dirs := Running().cgroupDirs(controller)
		if len(dirs) == 0 {
			return "no cgroup hierarchy with the controller \"" + controller + "\" is mounted"
		}
		dir := dirs[0] + "/isle-why-probe"
		if err := os.Mkdir(dir, 0o755); err != nil {
			return err.Error()
		}
		defer os.Remove(dir)
		if controller != "" && !Running().exists(dir+"/"+controller+".max") {
			return dir + " has no " + controller + ".max"
		}
		return ""
	}
}

// overPids makes a cgroup whose pids.max this process already exceeds.
func overPids() Failure {
	f := Failure{Syscall: "clone", Facts: Facts{Op: OpCreate}}
	dir := Running().cgroupDirs("pids")[0] + "/isle-why-test"
	must(os.Mkdir(dir, 0o755))
	must(os.WriteFile(dir+"/cgroup.procs", []byte("0"), 0))
	threads(8)
	must(os.WriteFile(dir+"/pids.max", []byte("1"), 0))
	f.Errno = forkRaw()
	f.Doing = dir
	return f
}

// doubleMounts binds a tree into itself until it is refused: the limit is the
// machine's, so it is reached and not lowered.
func doubleMounts() Failure {
	for i := range 32 {
		dir := scratch + "/" + strconv.Itoa(i)
		must(os.Mkdir(dir, 0o755))
		if err := unix.Mount(scratch, dir, "", unix.MS_BIND|unix.MS_REC, ""); err != nil {
			return Failure{Syscall: "mount", Errno: errnoOf(err), Facts: Facts{Op: OpMount, Source: scratch, Target: dir}}
		}
	}
	panic("no limit on mounts")
}
