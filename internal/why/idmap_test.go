package why

import (
	"fmt"
	"os"
	"os/exec"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"

	"isle/ns"
)

// sleeper starts a process in new namespaces, without any id map, which ends
// with this one.
func sleeper(flags uint64) int {
	cmd := exec.Command("/bin/sleep", "60")
	cmd.SysProcAttr = &syscall.SysProcAttr{Cloneflags: uintptr(flags), Pdeathsig: unix.SIGKILL}
	must(cmd.Start())
	return cmd.Process.Pid
}

// writeMap writes an id map of a new user namespace, which must fail.
func writeMap(file, text string, before ...string) func() Failure {
	return func() Failure {
		pid := sleeper(unix.CLONE_NEWUSER)
		target := fmt.Sprintf("/proc/%d/%s", pid, file)
		for _, b := range before {
			must(os.WriteFile(target, []byte(b), 0))
		}
		err := os.WriteFile(target, []byte(text), 0)
		return Failure{Syscall: "write", Errno: errnoOf(err), Facts: Facts{
			Op: OpIDMap, New: ns.SetOf(ns.User), Target: target, Map: text, PID: pid}}
	}
}

// runNewIDMap runs newuidmap or newgidmap, which must fail: all it says of that
// is its exit status, which a step reports as EPERM.
func runNewIDMap(name, text string) func() Failure {
	return func() Failure {
		pid := sleeper(unix.CLONE_NEWUSER)
		args := append([]string{fmt.Sprint(pid)}, strings.Fields(text)...)
		f := Failure{Syscall: "execve", Errno: syscall.EPERM, Facts: Facts{
			Op: OpIDMap, New: ns.SetOf(ns.User), Program: name, SearchPath: os.Getenv("PATH"), Map: text, PID: pid}}
		err := exec.Command(name, args...).Run()
		if err == nil {
			f.Errno = 0
		}
		return f
	}
}

// withSubIDs gives nobody's number the ids from 300000 on, in this mount
// namespace alone.
const withSubIDs = `echo 12345:300000:1000 >subuid; mount --bind subuid /etc/subuid; mount --bind subuid /etc/subgid; `

var idMapScenarios = []scenario{
	{name: "map twice", do: writeMap("uid_map", "0 0 1", "0 0 1"), errno: syscall.EPERM, cause: "already has its uid_map"},
	{name: "map overlaps", do: writeMap("uid_map", "0 0 5\n3 100 5"), errno: syscall.EINVAL, cause: `ranges "0 0 5" and "3 100 5" overlap`},
	{name: "map has too many lines", do: writeMap("uid_map", manyLines(341)), errno: syscall.EINVAL, cause: "has 341 lines, and the kernel takes 340"},
	{name: "map is nonsense", do: writeMap("uid_map", "0 0"), errno: syscall.EINVAL, cause: "not three numbers"},
	{name: "map of no ids", do: writeMap("uid_map", "0 0 0"), errno: syscall.EINVAL, cause: "is empty or goes beyond"},
	{name: "map own group", do: writeMap("gid_map", "0 12345 1"), errno: syscall.EPERM, cause: "only after setgroups is denied", fix: "--setgroups deny", world: nobody},
	{name: "map foreign ids", do: writeMap("uid_map", "0 100000 10"), errno: syscall.EPERM, cause: "without CAP_SETUID a process may map only its own id, 12345", fix: "--map-auto", world: nobody},
	{name: "map ids the parent has not", do: writeMap("uid_map", "0 5 1"), errno: syscall.EPERM, cause: "the id 5 to be mapped does not exist", world: []string{"unshare", "-Ur"}},
	{name: "map root without setfcap", do: writeMap("uid_map", "0 0 1"), errno: syscall.EPERM, cause: "CAP_SETFCAP since Linux 5.12", fix: "--cap-add SETFCAP",
		world: []string{"setpriv", "--bounding-set=-setfcap", "--inh-caps=-setfcap"}},

	{name: "newuidmap not installed", do: runNewIDMap("newuidmap", "0 300000 10"), errno: syscall.EPERM, cause: "is not installed", fix: "apt install uidmap",
		world: append([]string{"env", "PATH=/nowhere"}, append([]string{"/usr/bin/setpriv"}, nobody[1:]...)...)},
	{name: "newuidmap without subordinate ids", do: runNewIDMap("newuidmap", "0 300000 10"), errno: syscall.EPERM, cause: "user 12345 has no subordinate ids", fix: "usermod --add-subuids",
		world: nobody},
	{name: "newuidmap beyond subordinate ids", do: runNewIDMap("newuidmap", "0 300999 2"), errno: syscall.EPERM, cause: "the id 301000 to be mapped is not among the subordinate ids",
		world: private(withSubIDs, nobody...)},
	{name: "newgidmap beyond subordinate ids", do: runNewIDMap("newgidmap", "0 299999 2"), errno: syscall.EPERM, cause: "the id 299999 to be mapped is not among the subordinate ids", fix: "--add-subgids",
		world: private(withSubIDs, nobody...)},
	{name: "newuidmap on nosuid", do: runNewIDMap("newuidmap", "0 300000 10"), errno: syscall.EPERM, cause: "is on a file system mounted nosuid", fix: "mount -o remount,suid " + scratch,
		world: private(withSubIDs+`mkdir bin; cp -p /usr/bin/newuidmap bin; chmod u+s bin/newuidmap; mount -o remount,nosuid `+scratch+`; PATH=$PWD/bin:$PATH`, nobody...)},
	{name: "newuidmap without set-user-id", do: runNewIDMap("newuidmap", "0 300000 10"), errno: syscall.EPERM, cause: "is neither set-user-id nor has file capabilities", fix: "setcap cap_setuid=ep " + scratch,
		world: private(withSubIDs+`mkdir bin; cp /usr/bin/newuidmap bin; chmod 755 bin/newuidmap; PATH=$PWD/bin:$PATH`, nobody...)},
	{name: "newuidmap of another user", do: runNewIDMap("newuidmap", "0 300000 10"), errno: syscall.EPERM, cause: "is set-user-id to user 5 instead of root", fix: "chown root",
		world: private(withSubIDs+`mkdir bin; cp /usr/bin/newuidmap bin; chown 5 bin/newuidmap; chmod 4755 bin/newuidmap; PATH=$PWD/bin:$PATH`, nobody...)},
	{name: "newuidmap with no_new_privs", do: runNewIDMap("newuidmap", "0 300000 10"), errno: syscall.EPERM, cause: "no_new_privs is set",
		world: private(withSubIDs, append(nobody, "--no-new-privs")...)},
}

func manyLines(n int) string {
	var text strings.Builder
	for i := range n {
		fmt.Fprintf(&text, "%d %d 1\n", i, i)
	}
	return text.String()
}

// identity makes a call on the process's own credentials.
func identity(op Op, name string, call func() error) func() Failure {
	return func() Failure {
		return Failure{Syscall: name, Errno: errnoOf(call()), Facts: Facts{Op: op}}
	}
}

func setgroups() error { return syscall.Setgroups([]int{5}) }

var credentialScenarios = []scenario{
	{name: "setgroups denied", do: identity(OpSetgroups, "setgroups", setgroups), errno: syscall.EPERM, cause: "setgroups is denied for good", fix: "--preserve-credentials", world: []string{"unshare", "-Ur"}},
	{name: "setgroups before the map", do: identity(OpSetgroups, "setgroups", setgroups), errno: syscall.EPERM, cause: "has no group map yet", world: []string{"unshare", "-U"}},
	{name: "setgroups unprivileged", do: identity(OpSetgroups, "setgroups", setgroups), errno: syscall.EPERM, cause: "needs CAP_SETGID", world: nobody},
	{name: "setgroups allowed late", errno: syscall.EPERM, cause: "cannot be allowed again", world: []string{"unshare", "-Ur"},
		do: identity(OpSetgroups, "write", func() error { return os.WriteFile("/proc/self/setgroups", []byte("allow"), 0) })},
	{name: "setgroups denied late", errno: syscall.EPERM, cause: "can be denied only before",
		do: identity(OpSetgroups, "write", func() error { return os.WriteFile("/proc/self/setgroups", []byte("deny"), 0) })},
	{name: "setuid to an unmapped id", do: identity(OpIdentity, "setresuid", func() error { return syscall.Setresuid(7, 7, 7) }), errno: syscall.EINVAL,
		cause: "the id does not exist in the process's user namespace, whose uid_map is", fix: "--map-users", world: []string{"unshare", "-Ur"}},
	{name: "setgid to an unmapped id", do: identity(OpIdentity, "setresgid", func() error { return syscall.Setresgid(7, 7, 7) }), errno: syscall.EINVAL,
		cause: "whose gid_map is", world: []string{"unshare", "-Ur"}},
	{name: "setuid unprivileged", do: identity(OpIdentity, "setuid", func() error { return syscall.Setuid(7) }), errno: syscall.EPERM, cause: "needs CAP_SETUID", world: nobody},
	{name: "capset of more", errno: syscall.EPERM, cause: "can only be kept, not gained", world: nobody,
		do: identity(OpIdentity, "capset", func() error {
			data := [2]unix.CapUserData{{Effective: 1, Permitted: 1}}
			return unix.Capset(&unix.CapUserHeader{Version: unix.LINUX_CAPABILITY_VERSION_3}, &data[0])
		})},
	{name: "rlimit beyond the hard limit", errno: syscall.EPERM, cause: "needs CAP_SYS_RESOURCE in the first user namespace", world: []string{"unshare", "-Ur", "sh", "-ec", `ulimit -H -c 0; exec "$@"`, "sh"},
		do: identity(OpRlimit, "prlimit64", func() error {
			return unix.Setrlimit(unix.RLIMIT_CORE, &unix.Rlimit{Cur: 1, Max: 1})
		})},
}
