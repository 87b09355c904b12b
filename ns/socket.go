package ns

import (
	"sync"

	"golang.org/x/sys/unix"
)

// siocgskns asks for the network namespace of a socket (linux/sockios.h).
const siocgskns = 0x894c

// sockets remembers which sockets have been looked at: forked processes share
// them, and looking at one takes six system calls.
type sockets struct {
	mu   sync.Mutex
	seen map[uint64]bool
}

func (s *sockets) first(inode uint64) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.seen[inode] {
		return false
	}
	s.seen[inode] = true
	return true
}

// socket is one of a process.
type socket struct {
	fd    int
	inode uint64
}

// socket looks in which network namespace a socket is. It takes a copy of the
// descriptor for that, which is the right of those who may trace the process.
func (c *collector) socket(p *Process, s socket) {
	if !c.found.sockets.first(s.inode) {
		return
	}
	in, err := c.networkOf(p.PID, s.fd)
	switch {
	case err == unix.EPERM || err == unix.EACCES:
		c.unread.Sockets++
	case err == nil && in != p.NS[Net]:
		c.held = append(c.held, hold{in, Net, bySocket, p.PID, s.fd})
	}
}

func (c *collector) networkOf(pid, fd int) (uint64, error) {
	if c.pidfd < 0 {
		var err error
		if c.pidfd, err = unix.PidfdOpen(pid, 0); err != nil {
			c.pidfd = -1
			return 0, err
		}
	}
	network, err := networkBehind(c.pidfd, fd)
	if err != nil {
		return 0, err
	}
	defer unix.Close(network)
	var st unix.Stat_t
	err = unix.Fstat(network, &st)
	return st.Ino, err
}

// networkFile opens the network namespace of a process's socket.
func networkFile(pid, fd int) (int, error) {
	pidfd, err := unix.PidfdOpen(pid, 0)
	if err != nil {
		return -1, err
	}
	defer unix.Close(pidfd)
	return networkBehind(pidfd, fd)
}

func networkBehind(pidfd, fd int) (int, error) {
	copied, err := unix.PidfdGetfd(pidfd, fd, 0)
	if err != nil {
		return -1, err
	}
	defer unix.Close(copied)
	return unix.IoctlRetInt(copied, siocgskns)
}
