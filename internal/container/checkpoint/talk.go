package checkpoint

import (
	"errors"
	"fmt"
	"os"

	"golang.org/x/sys/unix"
)

// Events are what is done when criu tells how far it is. Each may be nil; an
// error makes criu give up.
type Events struct {
	// Namespaces is told that the namespaces of the processes to be restored are
	// there, which the first process, by its pid, is in.
	Namespaces func(pid int) error
	// Restored is told that the processes are there. They do not run yet.
	Restored func(pid int) error
	// Terminal takes the outer end of the terminal that the processes have.
	Terminal func(fd int) error
	// Ready is told that memory can be fetched.
	Ready func() error
}

// errSilent is that criu ended without an answer.
var errSilent = errors.New("criu ended without an answer")

// carry has criu at the other end of a socket carry the request out. It returns
// the pid of the first restored process.
func (r *Request) carry(socket int, e *Events) (pid int, err error) {
	r.emptyLog()
	if err := send(socket, r.encode()); err != nil {
		return 0, fmt.Errorf("ask criu: %w", err)
	}
	var refused error // by one of the events; criu's own error is of no interest then
	for {
		a, fd, err := receive(socket)
		if err != nil {
			return 0, errors.Join(refused, err)
		}
		if a.kind != notification {
			if refused == nil && !a.success {
				refused = r.failure(a)
			}
			return a.pid, refused
		}
		if err := e.handle(a, fd); err != nil {
			refused = err
		}
		var reply message
		reply.number(reqType, int(notification))
		reply.flag(reqNotifySuccess, refused == nil)
		if err := send(socket, reply); err != nil {
			return 0, errors.Join(refused, fmt.Errorf("answer criu: %w", err))
		}
	}
}

// handle does what there is to be done for a notification. It has the descriptor
// that came with it, -1 if none did.
func (e *Events) handle(a *answer, fd int) error {
	if a.script == "orphan-pts-master" && fd >= 0 && e.Terminal != nil {
		return e.Terminal(fd)
	}
	if fd >= 0 {
		unix.Close(fd)
	}
	switch {
	case a.script == "setup-namespaces" && e.Namespaces != nil:
		return e.Namespaces(a.pid)
	case a.script == "post-restore" && e.Restored != nil:
		return e.Restored(a.pid)
	case a.script == "status-ready" && e.Ready != nil:
		return e.Ready()
	}
	return nil
}

func send(socket int, m message) error {
	for {
		err := unix.Sendto(socket, m, unix.MSG_NOSIGNAL, nil)
		if err != unix.EINTR {
			return os.NewSyscallError("send", err)
		}
	}
}

// mostAnswer bounds an answer of criu's, whose longest part is a line of its log.
const mostAnswer = 64 << 10

// receive waits for an answer, and takes the descriptor that comes with it.
func receive(socket int) (a *answer, fd int, err error) {
	text, rights := make([]byte, mostAnswer), make([]byte, unix.CmsgSpace(4))
	n, size, flags, err := 0, 0, 0, error(unix.EINTR)
	for err == unix.EINTR {
		n, size, flags, _, err = unix.Recvmsg(socket, text, rights, unix.MSG_CMSG_CLOEXEC)
	}
	fd = received(rights[:max(size, 0)])
	switch {
	case err == nil && n == 0, err == unix.ECONNRESET:
		err = errSilent
	case err == nil && flags&unix.MSG_TRUNC != 0:
		err = errWire
	case err == nil:
		a, err = decode(text[:n])
	}
	if err != nil && fd >= 0 {
		unix.Close(fd)
		fd = -1
	}
	return a, fd, err
}

// received is the one descriptor in a control message, -1 if there is none.
func received(rights []byte) int {
	messages, err := unix.ParseSocketControlMessage(rights)
	if err != nil || len(messages) == 0 {
		return -1
	}
	fds, err := unix.ParseUnixRights(&messages[0])
	if err != nil || len(fds) == 0 {
		return -1
	}
	for _, extra := range fds[1:] {
		unix.Close(extra)
	}
	return fds[0]
}
