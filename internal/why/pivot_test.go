package why

import (
	"syscall"

	"golang.org/x/sys/unix"

	"isle/ns"
)

// pivoting swaps the root for a directory, which must fail.
func pivoting(root string) func() Failure {
	return func() Failure {
		must(unix.Chdir(root))
		err := unix.PivotRoot(".", ".")
		return Failure{Syscall: "pivot_root", Errno: errnoOf(err), Facts: Facts{Op: OpPivot, Root: root}}
	}
}

func chrooting(root string) func() Failure {
	return func() Failure {
		return Failure{Syscall: "chroot", Errno: errnoOf(unix.Chroot(root)), Facts: Facts{Op: OpChroot, Root: root}}
	}
}

var pivotScenarios = []scenario{
	{name: "pivot into no mount", do: pivoting(scratch + "/root"), errno: syscall.EINVAL, cause: scratch + "/root is not a mount point", fix: "mount --bind " + scratch + "/root", world: private("mkdir root")},
	{name: "pivot from a shared root", do: pivoting(scratch + "/root"), errno: syscall.EINVAL, cause: "is shared with other mount namespaces", fix: "make-rprivate",
		world: private("mkdir root; mount --bind root root; mount --make-shared " + scratch)},
	{name: "pivot into no mount, seen from outside", errno: syscall.EINVAL, cause: "one of: " + scratch + "/root is not a mount point; or", fix: "--propagation private", world: private("mkdir root"),
		do: func() Failure {
			f := pivoting(scratch + "/root")()
			f.New = ns.SetOf(ns.Mount)
			return f
		}},
	{name: "pivot in a chroot", do: pivoting("/root"), errno: syscall.EINVAL, cause: "runs in a chroot",
		world: private(jail+"mkdir jail/root; mount -t tmpfs tmpfs jail/root", "sh", "-c", `exec chroot jail /why.test`)},
	{name: "pivot into the current root", do: pivoting("/"), errno: syscall.EBUSY, cause: "is on the same mount as the current root", world: private("")},
	{name: "pivot unprivileged", do: pivoting("/mnt"), errno: syscall.EPERM, cause: "needs CAP_SYS_ADMIN", world: nobody},
	{name: "chroot unprivileged", do: chrooting("/mnt"), errno: syscall.EPERM, cause: "needs CAP_SYS_CHROOT", world: nobody},
	{name: "chroot to nothing", do: chrooting("/no/where"), errno: syscall.ENOENT, cause: "/no does not exist"},
	{name: "chroot to a file", do: chrooting("/etc/passwd"), errno: syscall.ENOTDIR, cause: "/etc/passwd is not a directory"},
	{name: "chdir to nothing in the root", errno: syscall.ENOENT, cause: "/work does not exist in " + scratch + "/root", world: private("mkdir -p root/etc"),
		do: func() Failure {
			must(unix.Chroot(scratch + "/root"))
			f := Failure{Syscall: "chdir", Errno: errnoOf(unix.Chdir("/work")), Facts: Facts{Op: OpChdir, Root: scratch + "/root", Target: "/work"}}
			must(leaveChroot())
			return f
		}},
}

// leaveChroot climbs back to the root of the mount namespace from a working
// directory that was never inside: the explanation is given from outside.
func leaveChroot() error {
	for range 8 {
		if err := unix.Chdir(".."); err != nil {
			return err
		}
	}
	return unix.Chroot(".")
}
