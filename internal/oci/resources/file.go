package resources

import (
	"errors"
	"path"

	"golang.org/x/sys/unix"
)

// most is the size that a file of a cgroup is read up to.
const most = 4 << 20

var errNotCgroup = errors.New("not a cgroup file system")

// open opens the hierarchy's mount. What is not of the cgroup file system is
// refused: the path may come from a file on disk.
func (t *Tree) open() error {
	if t.opened {
		return nil
	}
	fd, err := openTop(t.Mount, t.V2)
	if err != nil {
		return &Error{Doing: "open " + t.Mount, Err: err}
	}
	t.top, t.opened = fd, true
	return nil
}

func openTop(dir string, v2 bool) (int, error) {
	fd, err := unix.Open(dir, unix.O_PATH|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
	if err != nil {
		return -1, err
	}
	var magic int64 = unix.CGROUP_SUPER_MAGIC
	if v2 {
		magic = unix.CGROUP2_SUPER_MAGIC
	}
	if kind, err := kindOf(fd); err != nil || kind != magic {
		unix.Close(fd)
		if err == nil {
			err = errNotCgroup
		}
		return -1, err
	}
	return fd, nil
}

func kindOf(fd int) (int64, error) {
	var fs unix.Statfs_t
	err := unix.Fstatfs(fd, &fs)
	return int64(fs.Type), err //nolint:unconvert // 32 bits on some machines
}

// at opens something below the mount, never outside of it and never through a
// symbolic link or another mount.
func (t *Tree) at(name string, flags int) (int, error) {
	if err := t.open(); err != nil {
		return -1, err
	}
	how := unix.OpenHow{
		Flags:   uint64(flags | unix.O_CLOEXEC),
		Resolve: unix.RESOLVE_BENEATH | unix.RESOLVE_NO_SYMLINKS | unix.RESOLVE_NO_XDEV,
	}
	for {
		fd, err := unix.Openat2(t.top, name, &how)
		if err != unix.EINTR && err != unix.EAGAIN {
			return fd, err
		}
	}
}

// in is the path of a file of the group, from the mount on.
func (t *Tree) in(file string) string {
	if t.Path == "" {
		return file
	}
	return t.Path + "/" + file
}

// write writes to a file of the group. The kernel takes one write as one value.
func (t *Tree) write(file, value string) error { return t.writeAt(t.in(file), value) }

func (t *Tree) writeAt(name, value string) error {
	fd, err := t.at(name, unix.O_WRONLY)
	if err != nil {
		return err
	}
	defer unix.Close(fd)
	return writeAll(fd, value)
}

// writeAll repeats what a signal, of Go's own scheduler perhaps, interrupted.
func writeAll(fd int, value string) error {
	for {
		n, err := unix.Write(fd, []byte(value))
		if err == unix.EINTR {
			continue
		}
		if err == nil && n != len(value) {
			err = unix.EIO
		}
		return err
	}
}

// read reads a file of the group.
func (t *Tree) read(file string) (string, error) { return t.readAt(t.in(file)) }

func (t *Tree) readAt(name string) (string, error) {
	fd, err := t.at(name, unix.O_RDONLY)
	if err != nil {
		return "", err
	}
	defer unix.Close(fd)
	return readAll(fd)
}

// readAll reads what is small in one call and one more that finds the end.
func readAll(fd int) (string, error) {
	buf := make([]byte, 4096)
	have := 0
	for {
		n, err := unix.Read(fd, buf[have:])
		if err == unix.EINTR {
			continue
		}
		if err != nil {
			return "", err
		}
		if n == 0 {
			return string(buf[:have]), nil
		}
		if have += n; have == len(buf) {
			if have >= most {
				return "", unix.EFBIG
			}
			buf = append(buf, make([]byte, len(buf))...)
		}
	}
}

// parent is the directory above one below the mount, "" being the mount itself.
func parent(name string) string {
	if dir := path.Dir(name); dir != "." {
		return dir
	}
	return ""
}

// below joins a directory, "" being the mount itself, and a name in it.
func below(dir, name string) string {
	if dir == "" {
		return name
	}
	return dir + "/" + name
}
