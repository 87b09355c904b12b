package netdevice

import (
	"errors"
	"os"
	"strconv"

	"golang.org/x/sys/unix"
)

// passage is the way from this process's network namespace to a container's.
type passage struct {
	here, there        socket
	ownSpace, itsSpace int // descriptors of the namespaces
}

// passageTo opens both namespaces.
func passageTo(pid int) (*passage, error) {
	p := &passage{here: -1, there: -1, ownSpace: -1, itsSpace: -1}
	if err := p.open("/proc/" + strconv.Itoa(pid) + "/ns/net"); err != nil {
		p.close()
		return nil, err
	}
	return p, nil
}

func (p *passage) open(its string) (err error) {
	const own = "/proc/self/ns/net"
	if p.ownSpace, err = openFile(own); err != nil {
		return err
	}
	if p.itsSpace, err = openFile(its); err != nil {
		return err
	}
	var a, b unix.Stat_t
	if err := errors.Join(unix.Fstat(p.ownSpace, &a), unix.Fstat(p.itsSpace, &b)); err != nil {
		return os.NewSyscallError("fstat", err)
	}
	if a.Dev == b.Dev && a.Ino == b.Ino {
		return errors.New("the container is in the network namespace that they are in (give it one of its own)")
	}
	if p.here, err = open(); err != nil {
		return err
	}
	p.there, err = openIn(p.itsSpace)
	return err
}

func openFile(path string) (int, error) {
	fd, err := unix.Open(path, unix.O_RDONLY|unix.O_CLOEXEC, 0)
	if err != nil {
		return -1, &os.PathError{Op: "open", Path: path, Err: err}
	}
	return fd, nil
}

func (p *passage) close() {
	for _, fd := range [...]int{int(p.here), int(p.there), p.ownSpace, p.itsSpace} {
		if fd >= 0 {
			unix.Close(fd)
		}
	}
}
