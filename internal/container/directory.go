package container

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strconv"
	"time"

	"golang.org/x/sys/unix"
)

// The files in a container's directory.
const (
	stateFile  = "state"
	configFile = "config.json"
	gateFile   = "gate"       // the socket on which the process waits to be started
	mountsFile = "mounts.img" // what criu is shown at a restore
)

// directory is a container's directory, open. Its descriptor is the lock: who
// changes the container holds it, and it goes with the process that does.
type directory struct {
	fd   int
	path string
}

// Close gives the directory and the lock back.
func (d *directory) Close() { unix.Close(d.fd) }

// longestLock is how long somebody else may work on a container.
const longestLock = 30 * time.Second

func (d *directory) lock() error {
	for deadline := time.Now().Add(longestLock); ; time.Sleep(2 * time.Millisecond) {
		err := unix.Flock(d.fd, unix.LOCK_EX|unix.LOCK_NB)
		switch {
		case err == unix.EINTR:
		case err != unix.EWOULDBLOCK:
			return os.NewSyscallError("flock", err)
		case time.Now().After(deadline):
			return fmt.Errorf("another isle has been working on the container in %s for %v (does a hook hang?)", d.path, longestLock)
		}
	}
}

func (d *directory) unlock() { unix.Flock(d.fd, unix.LOCK_UN) }

// gone says that the directory was removed.
func (d *directory) gone() bool {
	var st unix.Stat_t
	return unix.Fstat(d.fd, &st) == nil && st.Nlink == 0
}

// at is the path of a file in the directory that holds whatever the directory
// is called, and is short enough to be the address of a socket (unix(7)).
func (d *directory) at(name string) string {
	return "/proc/self/fd/" + strconv.Itoa(d.fd) + "/" + name
}

// write replaces a file, whole or not at all: nobody reads half of it, whenever
// this process is killed.
func (d *directory) write(name string, content []byte) error {
	draft := "." + name
	fd, err := unix.Openat(d.fd, draft, unix.O_WRONLY|unix.O_CREAT|unix.O_TRUNC|unix.O_NOFOLLOW|unix.O_NONBLOCK|unix.O_CLOEXEC, 0o600)
	if err != nil {
		return &os.PathError{Op: "write", Path: d.path + "/" + name, Err: err}
	}
	err = writeAll(fd, content)
	unix.Close(fd)
	if err == nil {
		err = unix.Renameat(d.fd, draft, d.fd, name)
	}
	if err != nil {
		return &os.PathError{Op: "write", Path: d.path + "/" + name, Err: err}
	}
	return nil
}

func writeAll(fd int, content []byte) error {
	for len(content) > 0 {
		n, err := unix.Write(fd, content)
		if err != nil && err != unix.EINTR {
			return err
		}
		content = content[max(n, 0):]
	}
	return nil
}

// mostContent bounds what is read of a file: a config.json may be large.
const mostContent = 16 << 20

func (d *directory) read(name string) ([]byte, error) {
	fd, err := unix.Openat(d.fd, name, unix.O_RDONLY|unix.O_NOFOLLOW|unix.O_NONBLOCK|unix.O_CLOEXEC, 0)
	if err != nil {
		return nil, &os.PathError{Op: "read", Path: d.path + "/" + name, Err: err}
	}
	defer unix.Close(fd)
	var st unix.Stat_t
	if err := unix.Fstat(fd, &st); err != nil || st.Size > mostContent {
		return nil, &os.PathError{Op: "read", Path: d.path + "/" + name, Err: unix.EFBIG}
	}
	if st.Mode&unix.S_IFMT != unix.S_IFREG { // a fifo has its reader wait
		return nil, fmt.Errorf("read %s/%s: not a regular file", d.path, name)
	}
	content := make([]byte, st.Size)
	for got := 0; got < len(content); {
		n, err := unix.Read(fd, content[got:])
		if n == 0 && err == nil {
			err = io.ErrUnexpectedEOF
		}
		if err != nil && err != unix.EINTR {
			return nil, &os.PathError{Op: "read", Path: d.path + "/" + name, Err: err}
		}
		got += max(n, 0)
	}
	return content, nil
}

// remove removes the directory. It is the last thing that is done to a
// container; what is killed in the middle of it is done again.
func (d *directory) remove() error {
	for _, name := range [...]string{gateFile, configFile, mountsFile, "." + configFile, "." + stateFile, stateFile} {
		if err := unix.Unlinkat(d.fd, name, 0); err != nil && err != unix.ENOENT {
			return &os.PathError{Op: "remove", Path: d.path + "/" + name, Err: err}
		}
	}
	err := unix.Rmdir(d.path)
	if err == unix.ENOTEMPTY || err == unix.EEXIST {
		err = os.RemoveAll(d.path)
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return &os.PathError{Op: "remove", Path: d.path, Err: err}
	}
	return nil
}
