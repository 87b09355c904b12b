package lsns

import (
	"encoding/binary"
	"strconv"

	"golang.org/x/sys/unix"

	"isle/ns"
)

// netIDs asks for the numbers that this process's network namespace has given
// others (ip-netns(8), rtnetlink(7): RTM_GETNSID).
type netIDs struct {
	fd int // a netlink socket, -1 before the first question, -2 if there is none
}

// The attributes of RTM_GETNSID (linux/net_namespace.h).
const (
	netnsaNSID = 1
	netnsaPID  = 2
	netnsaFD   = 3
)

// of is the number of a row's network namespace, or "unassigned".
func (ids *netIDs) of(r *row) (string, bool) {
	attr, value := uint16(netnsaPID), uint32(0)
	switch h := r.n.Held; {
	case r.p != nil:
		value = uint32(r.p.PID)
	case len(h.Mounts) > 0:
		f, err := ns.Open(h.Mounts[0].Path)
		if err != nil || f.ID().Ino != r.n.Inode {
			return "", false
		}
		defer f.Close()
		attr, value = netnsaFD, uint32(f.Fd())
	default:
		return "", false
	}
	id, ok := ids.ask(attr, value)
	if !ok {
		return "", false
	}
	if id < 0 {
		return "unassigned", true
	}
	return strconv.Itoa(int(id)), true
}

func (ids *netIDs) ask(attr uint16, value uint32) (id int32, ok bool) {
	if ids.fd == -1 {
		fd, err := unix.Socket(unix.AF_NETLINK, unix.SOCK_RAW|unix.SOCK_CLOEXEC, unix.NETLINK_ROUTE)
		if ids.fd = fd; err != nil {
			ids.fd = -2
		}
	}
	if ids.fd < 0 {
		return 0, false
	}
	// struct nlmsghdr, struct rtgenmsg padded to 4 bytes, one attribute.
	le := binary.NativeEndian
	m := le.AppendUint32(nil, 28)
	m = le.AppendUint16(m, unix.RTM_GETNSID)
	m = le.AppendUint16(m, unix.NLM_F_REQUEST)
	m = append(m, make([]byte, 12)...) // sequence number, port; the family is AF_UNSPEC
	m = le.AppendUint16(m, 8)
	m = le.AppendUint16(m, attr)
	m = le.AppendUint32(m, value)
	if unix.Sendto(ids.fd, m, 0, &unix.SockaddrNetlink{Family: unix.AF_NETLINK}) != nil {
		return 0, false
	}
	answer := make([]byte, 4096)
	n, _, err := unix.Recvfrom(ids.fd, answer, 0)
	if err != nil || n < 16 || le.Uint16(answer[4:]) != unix.RTM_NEWNSID {
		return 0, false
	}
	for rest := answer[20:n]; len(rest) >= 8; {
		length := int(le.Uint16(rest))
		if length < 4 || length > len(rest) {
			break
		}
		if le.Uint16(rest[2:]) == netnsaNSID && length >= 8 {
			return int32(le.Uint32(rest[4:])), true
		}
		rest = rest[min((length+3)&^3, len(rest)):]
	}
	return 0, false
}
