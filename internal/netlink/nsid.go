package netlink

import (
	"encoding/binary"
	"syscall"

	"golang.org/x/sys/unix"
)

// The ways to name a network namespace in a question for its number
// (linux/net_namespace.h).
const (
	nsidAttr      = 1 // NETNSA_NSID
	ByPID    Name = 2 // NETNSA_PID: a process that is in it
	ByFD     Name = 3 // NETNSA_FD: a descriptor of it
)

// Name says how a network namespace is named.
type Name uint16

// NSID asks which number the namespace of a socket has given another one
// (ip-netns(8)), -1 if none. ok is false if that cannot be told.
func NSID(fd int, by Name, value int) (id int, ok bool) {
	le := binary.NativeEndian
	body := make([]byte, 4) // struct rtgenmsg of AF_UNSPEC, padded
	body = le.AppendUint16(body, 8)
	body = le.AppendUint16(body, uint16(by))
	body = le.AppendUint32(body, uint32(value))
	if send(fd, unix.RTM_GETNSID, 0, body) != nil {
		return 0, false
	}
	buf := make([]byte, 4096)
	n, _, err := unix.Recvfrom(fd, buf, 0)
	if err != nil {
		return 0, false
	}
	messages, err := syscall.ParseNetlinkMessage(buf[:n])
	if err != nil || len(messages) == 0 || messages[0].Header.Type != unix.RTM_NEWNSID {
		return 0, false
	}
	attributes(messages[0].Data, 4, func(kind uint16, value []byte) {
		if kind == nsidAttr && len(value) >= 4 {
			id, ok = number(value), true
		}
	})
	return id, ok
}
