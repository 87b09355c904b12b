package netdevice

import (
	"cmp"
	"encoding/binary"
	"os"
	"syscall"

	"golang.org/x/sys/unix"

	"isle/internal/thread"
)

// socket is a socket of rtnetlink(7). It speaks of the network namespace that it
// was made in, whoever uses it.
type socket int

// open makes a socket in the namespace of this process.
func open() (socket, error) {
	fd, err := unix.Socket(unix.AF_NETLINK, unix.SOCK_RAW|unix.SOCK_CLOEXEC, unix.NETLINK_ROUTE)
	if err != nil {
		return -1, os.NewSyscallError("socket", err)
	}
	// With these the kernel says in words why it refuses, and lists no more than
	// what it is asked for. Kernels before 4.20 have not got both.
	unix.SetsockoptInt(fd, unix.SOL_NETLINK, unix.NETLINK_EXT_ACK, 1)
	unix.SetsockoptInt(fd, unix.SOL_NETLINK, unix.NETLINK_GET_STRICT_CHK, 1)
	return socket(fd), nil
}

// openIn makes a socket in the namespace of a descriptor. Only a thread that ends
// afterwards goes there.
func openIn(namespace int) (s socket, err error) {
	thread.Run(func() {
		if err = unix.Setns(namespace, unix.CLONE_NEWNET); err != nil {
			s, err = -1, os.NewSyscallError("setns", err)
			return
		}
		s, err = open()
	})
	return s, err
}

// changed is a list that is not of one moment.
type changed struct{}

func (changed) Error() string { return "the network changes too fast to be read" }

// list asks for objects until it has a list of one moment.
func (s socket) list(what uint16, body []byte) ([][]byte, error) {
	const tries = 5
	for range tries {
		found, err := s.ask(what, unix.NLM_F_DUMP, body)
		if err != (changed{}) {
			return found, err
		}
	}
	return nil, changed{}
}

// ask sends a request and returns the messages that answer it, without headers.
func (s socket) ask(what, flags uint16, body []byte) ([][]byte, error) {
	m := binary.NativeEndian.AppendUint32(nil, uint32(unix.SizeofNlMsghdr+len(body)))
	m = binary.NativeEndian.AppendUint16(m, what)
	m = binary.NativeEndian.AppendUint16(m, unix.NLM_F_REQUEST|unix.NLM_F_ACK|flags)
	m = append(m, make([]byte, 8)...) // sequence number, port
	if err := unix.Sendto(int(s), append(m, body...), 0, &unix.SockaddrNetlink{Family: unix.AF_NETLINK}); err != nil {
		return nil, os.NewSyscallError("sendto", err)
	}
	return s.receive()
}

// receive takes the messages of an answer up to its end.
func (s socket) receive() (found [][]byte, err error) {
	for buf := make([]byte, 64<<10); ; {
		n, _, errno := unix.Recvfrom(int(s), buf, 0)
		if errno == unix.EINTR {
			continue
		}
		if errno != nil {
			return nil, os.NewSyscallError("recvfrom", errno)
		}
		messages, errno := syscall.ParseNetlinkMessage(append([]byte(nil), buf[:n]...))
		if errno != nil {
			return nil, errno
		}
		for i := range messages {
			m := &messages[i]
			if m.Header.Flags&unix.NLM_F_DUMP_INTR != 0 {
				err = changed{}
			}
			switch m.Header.Type {
			case unix.NLMSG_DONE, unix.NLMSG_ERROR:
				return found, cmp.Or(refusal(m), err)
			}
			found = append(found, m.Data)
		}
	}
}

// refused is the kernel's answer to a request that it turned down.
type refused struct {
	errno unix.Errno
	words string // the kernel's own; may be empty
}

func (e *refused) Error() string {
	if e.words == "" {
		return e.errno.Error()
	}
	return e.errno.Error() + ": " + e.words
}

func (e *refused) Unwrap() error { return e.errno }

// refusal reads the error number that an answer ends with; 0 is none. Behind that
// of a request, not of a list, the request is repeated; then come the kernel's words.
func refusal(m *syscall.NetlinkMessage) error {
	if len(m.Data) < 4 {
		return unix.EPROTO
	}
	e := &refused{errno: unix.Errno(-int32(binary.NativeEndian.Uint32(m.Data)))}
	if e.errno == 0 {
		return nil
	}
	if m.Header.Flags&unix.NLM_F_ACK_TLVS != 0 {
		words, _ := attribute(m.Data, 4+repeated(m), unix.NLMSGERR_ATTR_MSG)
		e.words = text(words)
	}
	return e
}

// repeated is the length of the request in a refusal.
func repeated(m *syscall.NetlinkMessage) int {
	if m.Header.Type == unix.NLMSG_DONE || len(m.Data) < 8 {
		return 0
	}
	length := (uint64(binary.NativeEndian.Uint32(m.Data[4:])) + 3) &^ 3
	return int(min(length, uint64(len(m.Data))))
}
