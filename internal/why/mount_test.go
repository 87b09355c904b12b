package why

import (
	"fmt"
	"os"
	"os/exec"
	"syscall"

	"golang.org/x/sys/unix"

	"isle/ns"
)

// mounting makes a mount on the scratch directory that must fail.
func mounting(source, target, fs string, flags uintptr, data string) func() Failure {
	return func() Failure { return mountFailure(source, target, fs, flags, data) }
}

func freshProc() Failure { return mountFailure("proc", "/mnt", "proc", 0, "") }

// onlyProc unmounts all other mounts of proc and sysfs that the machine may have.
const onlyProc = `awk '/ - (proc|sysfs) / && $5 != "/proc" && $5 != "/sys" {print $5}' /proc/self/mountinfo | xargs -r umount -l; `

// fromOutside explains, as the engine does, from the namespaces in which the
// plan began, what fails in the new ones: util-linux's unshare makes those.
func fromOutside(f Failure, argv ...string) func() Failure {
	return func() Failure {
		out, err := exec.Command(argv[0], argv[1:]...).CombinedOutput()
		if err == nil {
			return f
		}
		for _, errno := range []syscall.Errno{syscall.EPERM, syscall.EINVAL, syscall.ENOENT, syscall.EACCES} {
			if contains(string(out), errno) {
				f.Errno = errno
			}
		}
		f.Doing = string(out)
		return f
	}
}

var newUserMountPID = ns.SetOf(ns.User, ns.Mount, ns.PID)

var procScenarios = []scenario{
	{name: "proc covered by a directory", do: freshProc, errno: syscall.EPERM, cause: "the existing proc is partly covered (by mounts on /proc/sys)", fix: "systempaths=unconfined",
		world: private(onlyProc+"mount -t tmpfs tmpfs /proc/sys", "unshare", "-Urmpf")},
	{name: "proc covered by a file", do: freshProc, errno: syscall.EPERM, cause: "(by mounts on /proc/kallsyms)", fix: "mount --rbind /proc TARGET",
		world: private(onlyProc+"mount --bind /dev/null /proc/kallsyms", "unshare", "-Urmpf")},
	{name: "proc covered, seen from outside", errno: syscall.EPERM, cause: "(by mounts on /proc/kallsyms)",
		do:    fromOutside(Failure{Syscall: "mount", Facts: Facts{Op: OpMount, FSType: "proc", Target: "/proc", New: newUserMountPID}}, "unshare", "-Urmpf", "--mount-proc", "true"),
		world: private(onlyProc + "mount --bind /dev/null /proc/kallsyms")},
	{name: "proc of the outer pid namespace", do: freshProc, errno: syscall.EPERM, cause: "a new mount of proc shows the pid namespace", fix: "--pid",
		world: []string{"unshare", "-Urm"}},
	{name: "proc of the outer pid namespace, seen from outside", errno: syscall.EPERM, cause: "the pid namespace is still the one from outside", fix: "--pid",
		do: fromOutside(Failure{Syscall: "mount", Facts: Facts{Op: OpMount, FSType: "proc", Target: "/proc", New: ns.SetOf(ns.User, ns.Mount)}}, "unshare", "-Urm", os.Args[0], "act", "mount", "proc", "/proc")},
	{name: "sysfs of the outer net namespace", do: mounting("sysfs", "/mnt", "sysfs", 0, ""), errno: syscall.EPERM, cause: "a new mount of sysfs shows the net namespace", fix: "--net",
		world: []string{"unshare", "-Urm"}},
	{name: "sysfs covered", do: mounting("sysfs", "/mnt", "sysfs", 0, ""), errno: syscall.EPERM, cause: "(by mounts on /sys/kernel)",
		world: private(onlyProc+"mount -t tmpfs tmpfs /sys/kernel", "unshare", "-Urmn")},
	{name: "mqueue of the outer ipc namespace", do: mounting("mqueue", "/mnt", "mqueue", 0, ""), errno: syscall.EPERM, cause: "shows the ipc namespace", fix: "--ipc",
		world: []string{"unshare", "-Urm"}},
}

var mountScenarios = []scenario{
	{name: "mount unprivileged", do: mounting("tmpfs", "/mnt", "tmpfs", 0, ""), errno: syscall.EPERM, cause: "needs CAP_SYS_ADMIN", world: nobody},
	{name: "mount in the outer mount namespace", do: mounting("tmpfs", "/mnt", "tmpfs", 0, ""), errno: syscall.EPERM, cause: "the mount namespace belongs to an outer user namespace", fix: "--mount",
		world: []string{"unshare", "-Ur"}},
	{name: "mount of a disk in a user namespace", do: mounting("none", "/mnt", "ext4", 0, ""), errno: syscall.EPERM, cause: "only root of the first user namespace mount a ext4", world: []string{"unshare", "-Urm"}},
	{name: "mount of an unknown file system", do: mounting("none", "/mnt", "nosuchfs", 0, ""), errno: syscall.ENODEV, cause: `does not know the file system "nosuchfs"`, fix: "modprobe nosuchfs"},
	{name: "mount of no block device", do: mounting("/etc/passwd", "/mnt", "ext4", 0, ""), errno: syscall.ENOTBLK, cause: "/etc/passwd is not a block device", fix: "losetup"},
	{name: "mount on nothing", do: mounting("tmpfs", "/mnt/no/where", "tmpfs", 0, ""), errno: syscall.ENOENT, cause: "of the target, /mnt/no does not exist", fix: "mkdir -p /mnt/no/where"},
	{name: "bind of nothing", do: mounting("/no/where", "/mnt", "", unix.MS_BIND, ""), errno: syscall.ENOENT, cause: "of the source, /no does not exist"},
	{name: "mount on a file", do: mounting("tmpfs", "/etc/passwd", "tmpfs", 0, ""), errno: syscall.ENOTDIR, cause: "/etc/passwd is not a directory", world: private("")},
	{name: "mount below a file", do: mounting("tmpfs", "/etc/passwd/x", "tmpfs", 0, ""), errno: syscall.ENOTDIR, cause: "of the target, /etc/passwd is not a directory"},
	{name: "bind of a file on a directory", do: mounting("/etc/passwd", "/mnt", "", unix.MS_BIND, ""), errno: syscall.ENOTDIR, cause: "/mnt is a directory and /etc/passwd is not", fix: "touch"},
	{name: "bind of a directory on a file", do: mounting("/mnt", "/etc/passwd", "", unix.MS_BIND, ""), errno: syscall.ENOTDIR, cause: "/mnt is a directory and /etc/passwd is not", fix: "mkdir"},
	{name: "bind of an unbindable mount", do: mounting(scratch, "/mnt", "", unix.MS_BIND, ""), errno: syscall.EINVAL, cause: "the mount on " + scratch + " is unbindable", fix: "--make-private",
		world: private("mount --make-unbindable " + scratch)},
	{name: "unmount of no mount", do: unmounting("/etc", 0), errno: syscall.EINVAL, cause: "/etc is not a mount point", world: private("")},
	{name: "unmount of nothing", do: unmounting("/no", 0), errno: syscall.ENOENT, cause: "/no does not exist", world: private("")},
	{name: "unmount below mounts", do: unmounting(scratch, 0), errno: syscall.EBUSY, cause: "other mounts lie below it: " + scratch + "/a", fix: "umount -R",
		world: private("mkdir a; mount -t tmpfs tmpfs a; cd /")},
	{name: "propagation in a chroot", do: propagating, errno: syscall.EINVAL, cause: "runs in a chroot, whose root directory is not a mount point", fix: "--propagation unchanged",
		world: private(jail, "sh", "-c", `exec chroot jail /why.test`)},
	{name: "propagation in the outer mount namespace", do: propagating, errno: syscall.EPERM, cause: "the mount namespace belongs to an outer user namespace", world: []string{"unshare", "-Ur"}},
	{name: "keep a mount namespace on a shared mount", do: persisting(func() string { return fmt.Sprintf("/proc/%d/ns/mnt", sleeper(unix.CLONE_NEWNS)) }), errno: syscall.EINVAL,
		cause: "only on a private mount, and the mount on " + scratch + " is shared", fix: "mount --make-private", world: private("touch keep; mount --make-shared .")},
	{name: "keep a mount namespace in itself", do: persisting(func() string { return "/proc/self/ns/mnt" }), errno: syscall.EINVAL, cause: "only in one that was made before it", world: private("touch keep")},
}

func unmounting(target string, flags int) func() Failure {
	return func() Failure {
		return Failure{Syscall: "umount2", Errno: errnoOf(unix.Unmount(target, flags)), Facts: Facts{Op: OpUnmount, Target: target}}
	}
}

func propagating() Failure {
	err := unix.Mount("none", "/", "", unix.MS_REC|unix.MS_PRIVATE, "")
	return Failure{Syscall: "mount", Errno: errnoOf(err), Facts: Facts{Op: OpPropagate, Target: "/"}}
}

func persisting(source func() string) func() Failure {
	return func() Failure {
		f := mountFailure(source(), scratch+"/keep", "", unix.MS_BIND, "")
		f.Op, f.Kinds = OpPersist, ns.SetOf(ns.Mount)
		return f
	}
}

var lockedScenarios = []scenario{
	{name: "unmount of a locked mount", do: unmounting("/dev/shm", unix.MNT_DETACH), errno: syscall.EINVAL, cause: "the mount on /dev/shm came from a more privileged mount namespace", world: []string{"unshare", "-Urm"}},
	{name: "unmount of a locked mount, seen from outside", errno: syscall.EINVAL, cause: "locked in place here",
		do: fromOutside(Failure{Syscall: "umount2", Facts: Facts{Op: OpUnmount, Target: "/dev/shm", New: ns.SetOf(ns.User, ns.Mount)}}, "unshare", "-Urm", os.Args[0], "act", "umount", "", "/dev/shm")},
	{name: "remount without locked flags", errno: syscall.EPERM, cause: "locks its flags (nosuid,nodev) against clearing", fix: "keep those flags in the new mount options: nosuid,nodev",
		do: func() Failure {
			err := unix.Mount("", scratch, "", unix.MS_REMOUNT|unix.MS_BIND|unix.MS_RDONLY, "")
			return Failure{Syscall: "mount", Errno: errnoOf(err), Facts: Facts{Op: OpRemount, Target: scratch, Options: "bind,ro"}}
		},
		world: private("mount -o remount,bind,nosuid,nodev "+scratch, "unshare", "-Urm")},
	{name: "setattr of a locked flag", errno: syscall.EPERM, cause: "locks its flags (ro) against clearing",
		do: func() Failure {
			err := unix.MountSetattr(unix.AT_FDCWD, scratch, 0, &unix.MountAttr{Attr_clr: unix.MOUNT_ATTR_RDONLY})
			return Failure{Syscall: "mount_setattr", Errno: errnoOf(err), Facts: Facts{Op: OpRemount, Target: scratch, Options: "rw"}}
		},
		world: private("mount -o remount,bind,ro "+scratch, "unshare", "-Urm")},
	{name: "bind without locked mounts", do: mounting("/dev", "/mnt", "", unix.MS_BIND, ""), errno: syscall.EINVAL, cause: "are locked to it here, so it cannot be bound without them", fix: "rbind", world: []string{"unshare", "-Urm"}},
	{name: "remount busy", errno: syscall.EBUSY, cause: "open for writing", fix: "fuser",
		do: func() Failure {
			_, err := os.Create(scratch + "/open")
			must(err)
			err = unix.Mount("", scratch, "", unix.MS_REMOUNT|unix.MS_RDONLY, "")
			return Failure{Syscall: "mount", Errno: errnoOf(err), Facts: Facts{Op: OpRemount, Target: scratch, Options: "ro"}}
		},
		world: private("")},
}

func overlaying(options string) func() Failure {
	return mounting("overlay", "/mnt", "overlay", 0, options)
}

const stack = `mkdir l1 l2 l3 u w m1 m2; `

var overlayScenarios = []scenario{
	{name: "overlay without its lower directory", do: overlaying("lowerdir=/no,upperdir=" + scratch + "/u,workdir=" + scratch + "/w"), errno: syscall.ENOENT, cause: "of the overlay's directories, /no does not exist", world: private(stack)},
	{name: "overlay without a work directory", do: overlaying("lowerdir=" + scratch + "/l1,upperdir=" + scratch + "/u"), errno: syscall.EINVAL, cause: "needs a work directory too", world: private(stack)},
	{name: "overlay with an overlay as upper", errno: syscall.EINVAL, cause: "is an overlay itself", fix: "mount -t tmpfs",
		do:    overlaying("lowerdir=" + scratch + "/l3,upperdir=" + scratch + "/m1/u,workdir=" + scratch + "/m1/w"),
		world: private(stack + `mount -t overlay -o lowerdir=l1,upperdir=u,workdir=w overlay m1; mkdir m1/u m1/w`)},
	{name: "overlay with a proc as upper", errno: syscall.EINVAL, cause: "is on proc", do: overlaying("lowerdir=" + scratch + "/l3,upperdir=/proc/sys,workdir=/proc/fs"), world: private(stack)},
	{name: "overlay across mounts", errno: syscall.EINVAL, cause: "is not on the same mount as its upper directory",
		do: overlaying("lowerdir=" + scratch + "/l1,upperdir=" + scratch + "/u,workdir=" + scratch + "/w"), world: private(stack + `mount -t tmpfs tmpfs w`)},
	{name: "overlay within itself", errno: syscall.EINVAL, cause: "lie inside each other",
		do: overlaying("lowerdir=" + scratch + "/l1,upperdir=" + scratch + "/u,workdir=" + scratch + "/u/w"), world: private(stack + `mkdir u/w`)},
	{name: "overlay on overlay on overlay", errno: syscall.EINVAL, cause: "already an overlay over an overlay",
		do:    overlaying("lowerdir=" + scratch + "/m2,upperdir=" + scratch + "/u,workdir=" + scratch + "/w"),
		world: private(stack + `mount -t overlay -o lowerdir=$PWD/l1:$PWD/l2 overlay m1; mount -t overlay -o lowerdir=$PWD/m1:$PWD/l3 overlay m2`)},
	{name: "overlay in use", errno: syscall.EBUSY, cause: "the overlay mounted on " + scratch + "/m1 uses the same upper",
		do:    overlaying("lowerdir=" + scratch + "/l2,upperdir=" + scratch + "/u,workdir=" + scratch + "/w,index=on"),
		world: private(stack + `mount -t overlay -o lowerdir=$PWD/l1,upperdir=$PWD/u,workdir=$PWD/w overlay m1`)},
	{name: "overlay stale", errno: syscall.ESTALE, cause: "used before over other lower directories", fix: "index=off",
		do:    overlaying("lowerdir=" + scratch + "/l2,upperdir=" + scratch + "/u,workdir=" + scratch + "/w,index=on"),
		world: private(stack + `mount -t overlay -o lowerdir=$PWD/l1,upperdir=$PWD/u,workdir=$PWD/w,index=on overlay m1; umount m1`)},
}
