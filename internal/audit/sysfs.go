package audit

import (
	"golang.org/x/sys/unix"
)

func checkSysWritable(s *subject) verdict {
	if s.rootErr != nil {
		return untold("%v", s.rootErr)
	}
	f, err := s.find("/sys")
	switch {
	case err != nil || f.kind != unix.SYSFS_MAGIC:
		return fine("no sysfs is mounted in its root")
	case f.readOnly:
		return fine("its /sys is read-only")
	case f.Uid == s.uid() || s.hostCap(unix.CAP_DAC_OVERRIDE):
		return bad(1, "its /sys is writable, and its files are its own: devices and the kernel can be set")
	}
	return bad(0.2, "its /sys is mounted writable; only the files' modes keep it from writing")
}

// configFS is the magic number of configfs (linux/magic.h does not have it).
const configFS = 0x62656570

// trees are parts of /sys that had better be masked, and the file system that
// each is.
var trees = [...]struct {
	path   string
	fs     int64
	weight float64
}{
	{"/sys/firmware", unix.SYSFS_MAGIC, 0.3},
	{"/sys/devices/virtual/powercap", unix.SYSFS_MAGIC, 0.3},
	{"/sys/kernel/security", unix.SECURITYFS_MAGIC, 0.3},
	{"/sys/kernel/debug", unix.DEBUGFS_MAGIC, 1},
	{"/sys/kernel/tracing", unix.TRACEFS_MAGIC, 0.7},
	{"/sys/kernel/config", configFS, 0.5},
	{"/sys/firmware/efi/efivars", unix.EFIVARFS_MAGIC, 0.5},
	{"/sys/fs/pstore", unix.PSTOREFS_MAGIC, 0.3},
	{"/sys/fs/bpf", unix.BPF_FS_MAGIC, 0.4},
}

// checkSysUnmasked weighs those of them that it may read by all that the host has.
func checkSysUnmasked(s *subject) verdict {
	if s.rootErr != nil {
		return untold("%v", s.rootErr)
	}
	var names []string
	var open, all float64
	for _, tree := range trees {
		var fs unix.Statfs_t
		if unix.Statfs(tree.path, &fs) != nil || int64(fs.Type) != tree.fs {
			continue
		}
		all += tree.weight
		if f, err := s.find(tree.path); err == nil && f.kind == tree.fs && s.may(toRead, &f.Stat_t) {
			open, names = open+tree.weight, append(names, tree.path)
		}
	}
	if open == 0 {
		return fine("the parts of /sys that tell of the machine are masked or shut")
	}
	return bad(open/all, "it may look into %s", list(names))
}
