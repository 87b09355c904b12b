package feature

import (
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/moby/sys/mountinfo"
	"golang.org/x/sys/unix"
)

// The probes of what may be mounted inside a user namespace.
var (
	UserTmpfs = &Probe{
		Name: "tmpfs in a user namespace", Area: Mounts, Since: Version{3, 9}, Config: "CONFIG_TMPFS", need: byOrdinary,
		For:      "an ordinary user's own /tmp and /dev",
		question: mountable{fstype: "tmpfs"},
	}
	UserProc = &Probe{
		Name: "proc in a user namespace", Area: Mounts, Since: Version{3, 8}, need: byOrdinary,
		For:      "an ordinary user's own /proc; unshare --mount-proc",
		question: mountable{fstype: "proc"},
	}
	UserProcSubset = &Probe{
		Name: "proc with subset=pid", Area: Mounts, Since: Version{5, 8},
		For:      "a /proc with processes and nothing of the machine",
		question: mountable{fstype: "proc", data: "subset=pid"},
	}
	UserBinfmtMisc = &Probe{
		Name: "binfmt_misc in a user namespace", Area: Mounts, Since: Version{6, 7}, Config: "CONFIG_BINFMT_MISC",
		For:      "unshare --load-interp: programs of other machines on an island",
		question: mountable{fstype: "binfmt_misc"},
	}
	UserOverlay = &Probe{
		Name: "overlay in a user namespace", Area: Mounts, Since: Version{5, 11}, Config: "CONFIG_OVERLAY_FS",
		For:      "isle run over the host's own files, as an ordinary user",
		question: try(askOverlay),
	}
	OverlayByFd = &Probe{
		Name: "overlay from descriptors", Area: Mounts, Since: Version{6, 13}, Config: "CONFIG_OVERLAY_FS",
		For:      "layers that are not looked up twice by name",
		question: overlayByFd(unix.O_RDONLY),
	}
	OverlayByPathFd = &Probe{
		Name: "overlay from O_PATH descriptors", Area: Mounts, Since: Version{6, 15}, Config: "CONFIG_OVERLAY_FS",
		For:      "layers in directories that may be passed but not read",
		question: overlayByFd(unix.O_PATH),
	}
)

// mountable asks whether a file system may be mounted in a new user, mount and
// pid namespace. The child's root is the place: what is mounted there hides
// nothing from anybody, and goes with the namespace.
type mountable struct{ fstype, data string }

const inUser = unix.CLONE_NEWUSER | unix.CLONE_NEWNS | unix.CLONE_NEWPID

func (m mountable) ask() (string, error) {
	s := new(script)
	s.mapSelf(0, os.Geteuid(), os.Getegid())
	control := s.mount("tmpfs", "/", "")
	s.mount(m.fstype, "/", m.data)
	return "", m.judge(s.run(inUser), control)
}

func (s *script) mount(fstype, target, data string) result {
	return s.call("mount "+fstype, unix.SYS_MOUNT, fstype, target, fstype, 0, data)
}

// judge takes an EPERM for the kernel's answer to this file system if the
// mount before it, of tmpfs, was allowed.
func (m mountable) judge(err error, control result) error {
	failed, ok := errors.AsType[*callError](err)
	switch {
	case !ok || failed.call < control:
		return err
	case failed.call == control && m.fstype != "tmpfs":
		return err
	case failed.errno == unix.ENODEV:
		return no("no file system "+m.fstype+" is loaded", "modprobe "+m.fstype)
	case failed.errno == unix.EINVAL && m.data != "":
		return ErrNotSupported
	case failed.errno == unix.EPERM && m.fstype == "proc":
		return procRefused(err)
	case failed.errno == unix.EPERM && failed.call > control:
		return ErrNotSupported
	}
	return err
}

// procRefused finds the mounts that cover parts of /proc: as they must stay
// hidden, the kernel mounts no proc of which all would be visible.
func procRefused(err error) error {
	mounts, readErr := mountinfo.GetMounts(mountinfo.PrefixFilter("/proc"))
	if readErr != nil {
		return fmt.Errorf("%w (and %v)", err, readErr)
	}
	var covers []string
	for _, m := range mounts {
		if m.Mountpoint != "/proc" && m.FSType != "autofs" && m.FSType != "binfmt_misc" {
			covers = append(covers, m.Mountpoint)
		}
	}
	switch len(covers) {
	case 0:
		return no("no proc of which everything is visible is mounted here")
	case 1, 2, 3:
		return no("mounts cover " + strings.Join(covers, ", ") + " here, as in most containers")
	}
	return no(fmt.Sprintf("%d mounts cover parts of /proc here, among them %s, as in most containers", len(covers), covers[0]))
}

// layers appends the calls that give the child a tmpfs on /proc, its working
// directory, with the directories lower, upper, work and merged.
func (s *script) layers() {
	s.mapSelf(0, os.Geteuid(), os.Getegid())
	s.mount("tmpfs", "/proc", "")
	s.call("chdir", unix.SYS_CHDIR, "/proc")
	for _, dir := range []string{"lower", "upper", "work", "merged"} {
		s.call("mkdir "+dir, unix.SYS_MKDIRAT, unix.AT_FDCWD, dir, 0o755)
	}
}

func askOverlay() (string, error) {
	s := new(script)
	s.layers()
	last := s.mount("overlay", "merged", "lowerdir=lower,upperdir=upper,workdir=work,userxattr")
	return "", mountable{fstype: "overlay"}.judge(s.run(inUser), last-1)
}

// overlayByFd asks for an overlay of two directories opened with these flags.
type overlayByFd int

func (flags overlayByFd) ask() (string, error) {
	s := new(script)
	s.layers()
	open := func(dir string) result {
		return s.call("open "+dir, unix.SYS_OPENAT, unix.AT_FDCWD, dir, int(flags)|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
	}
	lower, second := open("lower"), open("upper")
	fs := s.call("fsopen overlay", unix.SYS_FSOPEN, "overlay", unix.FSOPEN_CLOEXEC)
	add := s.call("fsconfig lowerdir+", unix.SYS_FSCONFIG, fs, unix.FSCONFIG_SET_FD, "lowerdir+", 0, lower)
	s.call("fsconfig lowerdir+", unix.SYS_FSCONFIG, fs, unix.FSCONFIG_SET_FD, "lowerdir+", 0, second)
	s.call("fsconfig create", unix.SYS_FSCONFIG, fs, unix.FSCONFIG_CMD_CREATE, 0, 0, 0)
	err := s.run(inUser)
	if failed, ok := errors.AsType[*callError](err); ok && failed.call == add {
		_, err = answer("fsconfig lowerdir+", failed.errno, unix.EINVAL, unix.EOPNOTSUPP, unix.EBADF)
		return "", err
	}
	return "", mountable{fstype: "overlay"}.judge(err, fs-1)
}
