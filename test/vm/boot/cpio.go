package boot

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"
)

// archive is an initramfs: a cpio archive in the format "newc", as the kernel's
// Documentation/driver-api/early-userspace/buffer-format.rst has it.
type archive struct {
	bytes.Buffer
	inode int
}

// add appends an entry; rdev matters to device nodes alone.
func (a *archive) add(name string, mode uint32, rdev uint64, data []byte) {
	a.inode++
	fmt.Fprintf(a, "070701%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%s\x00",
		a.inode, mode, 0, 0, 1, 0, len(data), 0, 0, unix.Major(rdev), unix.Minor(rdev), len(name)+1, 0, name)
	a.pad()
	a.Write(data)
	a.pad()
}

// pad fills up to a multiple of four bytes.
func (a *archive) pad() {
	a.Write(make([]byte, -a.Len()&3))
}

// initramfs packs what the kernel starts with: this program as /init, the two
// device nodes that it needs before it has mounted /dev, the modules without
// which it finds no disk, and the job.
func initramfs(modules []string, job []byte) ([]byte, error) {
	self, err := os.ReadFile("/proc/self/exe")
	if err != nil {
		return nil, err
	}
	var a archive
	a.add("dev", unix.S_IFDIR|0o755, 0, nil)
	a.add("dev/console", unix.S_IFCHR|0o600, unix.Mkdev(5, 1), nil)
	a.add("dev/null", unix.S_IFCHR|0o666, unix.Mkdev(1, 3), nil)
	a.add("init", unix.S_IFREG|0o755, 0, self)
	a.add("job", unix.S_IFREG|0o644, 0, job)
	a.add("boot", unix.S_IFDIR|0o755, 0, nil)
	for _, file := range modules {
		data, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		a.add("boot/"+filepath.Base(file), unix.S_IFREG|0o644, 0, data)
	}
	a.add("TRAILER!!!", 0, 0, nil)
	return a.Bytes(), nil
}
