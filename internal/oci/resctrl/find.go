package resctrl

import (
	"bytes"
	"errors"
	"os"

	"github.com/moby/sys/mountinfo"
	"golang.org/x/sys/unix"
)

// FS is a mounted resctrl file system.
type FS struct {
	Root string // where it is mounted
}

// known is where it is mounted by convention.
const known = "/sys/fs/resctrl"

// Find finds the mount of resctrl. Not mounted is an error, as the specification
// wants it.
func Find() (FS, error) {
	var fs unix.Statfs_t
	if unix.Statfs(known, &fs) == nil && fs.Type == unix.RDTGROUP_SUPER_MAGIC {
		return FS{known}, nil
	}
	mounts, err := mountinfo.GetMounts(mountinfo.FSTypeFilter("resctrl"))
	if err != nil {
		return FS{}, err
	}
	for _, m := range mounts {
		if m.Root == "/" { // not a bind mount of one of its groups
			return FS{m.Mountpoint}, nil
		}
	}
	return FS{}, missing()
}

// missing says what would help.
func missing() error {
	types, err := os.ReadFile("/proc/filesystems")
	if err == nil && !bytes.Contains(types, []byte("\tresctrl\n")) {
		return errors.New("the kernel has no resctrl here (it takes a processor that can divide its cache or memory bandwidth, " +
			"and CONFIG_X86_CPU_RESCTRL)")
	}
	return errors.New("resctrl is not mounted (mount -t resctrl resctrl " + known + ")")
}
