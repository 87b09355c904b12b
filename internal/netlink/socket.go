package netlink

import (
	"encoding/binary"
	"fmt"
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

// Socket makes a socket of NETLINK_ROUTE in the network namespace of the calling
// thread. It is closed with unix.Close.
func Socket() (int, error) {
	fd, err := unix.Socket(unix.AF_NETLINK, unix.SOCK_RAW|unix.SOCK_CLOEXEC, unix.NETLINK_ROUTE)
	return fd, os.NewSyscallError("socket", err)
}

// tries is how often a dump is begun anew because something changed meanwhile.
const tries = 5

// everything is a request of rtnetlink(7) for all objects: a struct ifinfomsg,
// ifaddrmsg or rtmsg, of zeros.
var everything [16]byte

// dump asks for all objects of a type that a request describes, and gives each
// message to take.
func dump(fd int, what uint16, request []byte, take func(data []byte)) error {
	for range tries {
		if err := send(fd, what, unix.NLM_F_DUMP, request); err != nil {
			return err
		}
		var found [][]byte
		whole, err := receive(fd, func(m *syscall.NetlinkMessage) { found = append(found, m.Data) })
		if err != nil {
			return err
		}
		if whole {
			for _, data := range found {
				take(data)
			}
			return nil
		}
	}
	return fmt.Errorf("netlink: the network changes too fast to be read")
}

// send sends one request.
func send(fd int, what, flags uint16, body []byte) error {
	le := binary.NativeEndian
	m := le.AppendUint32(nil, uint32(unix.SizeofNlMsghdr+len(body)))
	m = le.AppendUint16(m, what)
	m = le.AppendUint16(m, unix.NLM_F_REQUEST|flags)
	m = append(m, make([]byte, 8)...) // sequence number, port
	err := unix.Sendto(fd, append(m, body...), 0, &unix.SockaddrNetlink{Family: unix.AF_NETLINK})
	return os.NewSyscallError("sendto", err)
}

// receive gives the messages of a dump to take, up to its end, which has the error
// that ended it if one did. It is not whole if the kernel says that something
// changed while it was read.
func receive(fd int, take func(*syscall.NetlinkMessage)) (whole bool, err error) {
	whole = true
	for buf := make([]byte, 64<<10); ; {
		n, _, err := unix.Recvfrom(fd, buf, 0)
		if err == unix.EINTR {
			continue
		}
		if err != nil {
			return false, os.NewSyscallError("recvfrom", err)
		}
		messages, err := syscall.ParseNetlinkMessage(append([]byte(nil), buf[:n]...))
		if err != nil {
			return false, fmt.Errorf("netlink: %w", err)
		}
		for i := range messages {
			m := &messages[i]
			whole = whole && m.Header.Flags&unix.NLM_F_DUMP_INTR == 0
			switch m.Header.Type {
			case unix.NLMSG_DONE, unix.NLMSG_ERROR:
				return whole, refusal(m.Data)
			}
			take(m)
		}
	}
}

// refusal reads the errno of an answer, 0 for none.
func refusal(data []byte) error {
	errno := unix.EPROTO
	if len(data) >= 4 {
		errno = syscall.Errno(-int32(binary.NativeEndian.Uint32(data)))
	}
	if errno == 0 {
		return nil
	}
	return fmt.Errorf("netlink: %w", errno)
}

// attributes calls take with each attribute of a message, behind its header.
func attributes(data []byte, header int, take func(kind uint16, value []byte)) {
	for rest := data[min(header, len(data)):]; len(rest) >= unix.SizeofRtAttr; {
		length := int(binary.NativeEndian.Uint16(rest))
		if length < unix.SizeofRtAttr || length > len(rest) {
			return
		}
		take(binary.NativeEndian.Uint16(rest[2:])&^unix.NLA_F_NESTED, rest[unix.SizeofRtAttr:length])
		rest = rest[min((length+3)&^3, len(rest)):]
	}
}

// number reads a value of 32 bits, 0 if it is shorter.
func number(value []byte) int {
	if len(value) < 4 {
		return 0
	}
	return int(int32(binary.NativeEndian.Uint32(value)))
}
