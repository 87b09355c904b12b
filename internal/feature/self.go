package feature

import (
	"os"
	"strings"

	"golang.org/x/sys/unix"
)

// capable says whether this process has the capability in effect.
func capable(c uint) bool {
	header := unix.CapUserHeader{Version: unix.LINUX_CAPABILITY_VERSION_3}
	var data [2]unix.CapUserData
	if unix.Capget(&header, &data[0]) != nil {
		return false
	}
	return data[c/32].Effective&(1<<(c%32)) != 0
}

// userFlag is CLONE_NEWUSER if this process can have a namespace of another
// kind only inside a user namespace of its own, and otherwise 0.
func userFlag() uint64 {
	if capable(unix.CAP_SYS_ADMIN) {
		return 0
	}
	return unix.CLONE_NEWUSER
}

// filtered says whether a seccomp filter judges this process's system calls, so
// that an errno may be the filter's and not the kernel's.
func filtered() bool {
	mode, err := unix.PrctlRetInt(unix.PR_GET_SECCOMP, 0, 0, 0, 0)
	return err == nil && mode == 2
}

// sysctl reads a setting, named as sysctl(8) does; ok is false if there is none.
func sysctl(name string) (value string, ok bool) {
	b, err := os.ReadFile("/proc/sys/" + strings.ReplaceAll(name, ".", "/"))
	return strings.TrimSpace(string(b)), err == nil
}
