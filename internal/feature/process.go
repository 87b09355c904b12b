package feature

import (
	"errors"
	"fmt"
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

// The probes of creating, holding and cleaning up processes.
var (
	Clone3 = &Probe{
		Name: "clone3", Area: Processes, Since: Version{5, 3}, need: byAll,
		For:      "every process that isle starts",
		question: kernelCall{nr: unix.SYS_CLONE3, want: []syscall.Errno{unix.EINVAL}},
	}
	ClonePidfd = &Probe{
		Name: "clone3 with CLONE_PIDFD", Area: Processes, Since: Version{5, 3}, need: byAll,
		For:      "waiting for and signalling a child whose pid may have been given away",
		question: try(func() (string, error) { return cloneWith(0) }),
	}
	CloneClearSighand = &Probe{
		Name: "clone3 with CLONE_CLEAR_SIGHAND", Area: Processes, Since: Version{5, 5}, need: byAll,
		For:      "starting a child with no signal handler of isle's left in it",
		question: try(func() (string, error) { return cloneWith(unix.CLONE_CLEAR_SIGHAND) }),
	}
	CloneIntoCgroup = &Probe{
		Name: "clone3 with CLONE_INTO_CGROUP", Area: Processes, Since: Version{5, 7}, Config: "CONFIG_CGROUPS",
		For:      "starting a child inside its limits instead of moving it there",
		question: try(askIntoCgroup),
	}
	PidfdOpen = &Probe{
		Name: "pidfd_open", Area: Processes, Since: Version{5, 3}, need: byAll,
		For:      "holding on to a process by descriptor",
		question: try(askPidfdOpen),
	}
	PidfdGetfd = &Probe{
		Name: "pidfd_getfd", Area: Processes, Since: Version{5, 6},
		For:      "finding the network namespace of another process's socket",
		question: kernelCall{nr: unix.SYS_PIDFD_GETFD, args: [6]uintptr{bad}, want: []syscall.Errno{unix.EBADF}},
	}
	PidfdInfo = &Probe{
		Name: "PIDFD_GET_INFO", Area: Processes, Since: Version{6, 13},
		For:      "the ids of a process held by descriptor, without /proc",
		question: try(askPidfdInfo),
	}
	PidfdInfoExit = &Probe{
		Name: "PIDFD_GET_INFO after exit", Area: Processes, Since: Version{6, 15},
		For:      "the exit status of a process that is not isle's child",
		question: try(askPidfdInfoExit),
	}
	CloseRange = &Probe{
		Name: "close_range", Area: Processes, Since: Version{5, 9}, need: byAll,
		For:      "leaving no descriptor open into a sandbox",
		question: kernelCall{nr: unix.SYS_CLOSE_RANGE, args: [6]uintptr{noFile, noFile}, want: []syscall.Errno{0}},
	}
	CloseRangeCloexec = &Probe{
		Name: "close_range with CLOSE_RANGE_CLOEXEC", Area: Processes, Since: Version{5, 11}, need: byAll,
		For: "leaving no descriptor open into a sandbox while isle still needs them",
		question: kernelCall{nr: unix.SYS_CLOSE_RANGE, args: [6]uintptr{noFile, noFile, unix.CLOSE_RANGE_CLOEXEC},
			want: []syscall.Errno{0}, lacking: []syscall.Errno{unix.EINVAL}},
	}
	MemfdExec = &Probe{
		Name: "executable memfd", Area: Processes, Since: Version{3, 17}, Config: "CONFIG_MEMFD_CREATE",
		For:      "unshare without --fork that keeps its pid, for --user too",
		question: try(askMemfdExec),
	}
)

func cloneWith(flags uint64) (string, error) {
	err := new(script).run(flags)
	if errors.Is(err, unix.EINVAL) || errors.Is(err, unix.ENOSYS) {
		return "", ErrNotSupported
	}
	return "", err
}

// askIntoCgroup gives a descriptor that is none: only a kernel that looks at it
// minds. One without cgroups does not, and makes the child.
func askIntoCgroup() (string, error) {
	switch err := new(script).run(unix.CLONE_INTO_CGROUP); {
	case errors.Is(err, unix.EBADF):
		return "", nil
	case err == nil, errors.Is(err, unix.EINVAL), errors.Is(err, unix.E2BIG), errors.Is(err, unix.ENOSYS):
		return "", ErrNotSupported
	default:
		return "", err
	}
}

func askPidfdOpen() (string, error) {
	fd, err := unix.PidfdOpen(os.Getpid(), 0)
	if err != nil {
		return answer("pidfd_open", err)
	}
	return "", unix.Close(fd)
}

func askPidfdInfo() (string, error) {
	fd, err := unix.PidfdOpen(os.Getpid(), 0)
	if err != nil {
		return answer("pidfd_open", err)
	}
	defer unix.Close(fd)
	return answer("ioctl PIDFD_GET_INFO", unix.IoctlPidfdInfo(fd, new(unix.PidfdInfo)), unix.ENOTTY, unix.EINVAL)
}

func askPidfdInfoExit() (string, error) {
	fd, err := new(script).runPidfd(0)
	if err != nil {
		return "", err
	}
	defer unix.Close(fd)
	info := unix.PidfdInfo{Mask: unix.PIDFD_INFO_EXIT}
	err = unix.IoctlPidfdInfo(fd, &info)
	if err == nil && info.Mask&unix.PIDFD_INFO_EXIT == 0 {
		return "", ErrNotSupported
	}
	return answer("ioctl PIDFD_GET_INFO", err, unix.ENOTTY, unix.EINVAL, unix.ESRCH)
}

func askMemfdExec() (string, error) {
	fd, err := unix.MemfdCreate("isle", unix.MFD_CLOEXEC|unix.MFD_EXEC)
	if err == unix.EINVAL { // before 6.3, when every memfd could be executed
		fd, err = unix.MemfdCreate("isle", unix.MFD_CLOEXEC)
	}
	if err == unix.EACCES {
		level, _ := sysctl("vm.memfd_noexec")
		return "", no("vm.memfd_noexec is "+level, "sysctl -w vm.memfd_noexec=1")
	}
	if err != nil {
		return answer("memfd_create", err)
	}
	defer unix.Close(fd)
	return "", executable(fd)
}

// executable returns an error unless the file has an execute bit.
func executable(fd int) error {
	var st unix.Stat_t
	if err := unix.Fstat(fd, &st); err != nil {
		return os.NewSyscallError("fstat", err)
	}
	if st.Mode&0o111 == 0 {
		return fmt.Errorf("a new memfd has mode %o", st.Mode&0o777)
	}
	return nil
}
