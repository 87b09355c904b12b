package checkpoint

import (
	"fmt"
	"os"

	specs "github.com/opencontainers/runtime-spec/specs-go"
	"golang.org/x/sys/unix"
)

// Share lets the root of the container's user namespace read the checkpoint, by
// the group that it is outside: criu reads a part of the files from within.
func (r *Request) Share(spec *specs.Spec) error {
	for _, m := range spec.Linux.GIDMappings {
		if m.ContainerID == 0 && m.Size > 0 && m.HostID != 0 {
			return r.shareWith(int(m.HostID))
		}
	}
	return nil
}

func (r *Request) shareWith(group int) error {
	names, err := r.images.Readdirnames(-1)
	if err != nil {
		return err
	}
	for _, name := range append(names, ".") {
		if err := shareFile(int(r.images.Fd()), name, group); err != nil {
			return fmt.Errorf("let the container's root read %s of the checkpoint: %w", name, err)
		}
	}
	return nil
}

func shareFile(dir int, name string, group int) error {
	fd, err := unix.Openat(dir, name, unix.O_RDONLY|unix.O_NOFOLLOW|unix.O_NONBLOCK|unix.O_CLOEXEC, 0)
	if err == unix.ELOOP || err == unix.ENXIO { // a link to an earlier checkpoint, a socket
		return nil
	}
	if err != nil {
		return err
	}
	f := os.NewFile(uintptr(fd), name)
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	need, mode := os.FileMode(0o040), info.Mode()
	if info.IsDir() {
		need = 0o050
	}
	if mode&(need>>3) == need>>3 || !mode.IsDir() && !mode.IsRegular() { // all may
		return nil
	}
	if err := f.Chown(-1, group); err != nil {
		return err
	}
	return f.Chmod(mode.Perm() | need)
}
