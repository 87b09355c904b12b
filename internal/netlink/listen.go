package netlink

import (
	"encoding/binary"
	"net/netip"

	"golang.org/x/sys/unix"
)

// Of sock_diag(7) (linux/sock_diag.h, linux/inet_diag.h): the type of message,
// the length of struct inet_diag_req_v2, that of struct inet_diag_msg, and the
// state of a socket that waits (linux/tcp_states.h).
const (
	sockDiagByFamily = 20
	diagRequestSize  = 56
	diagMessageSize  = 72
	tcpListen        = 10
)

// Listening lists the TCP sockets that wait for connections in the namespace of
// a socket of NETLINK_SOCK_DIAG. The tables in /proc/net would do, but the kernel
// goes through all connections of the host to write one.
func Listening(fd int) (list []netip.AddrPort, err error) {
	for _, family := range [...]byte{unix.AF_INET, unix.AF_INET6} {
		request := make([]byte, diagRequestSize)
		request[0], request[1] = family, unix.IPPROTO_TCP
		binary.NativeEndian.PutUint32(request[4:], 1<<tcpListen)
		err := dump(fd, sockDiagByFamily, request, func(data []byte) {
			if a, ok := parseSocket(data); ok {
				list = append(list, a)
			}
		})
		if err != nil {
			return nil, err
		}
	}
	return list, nil
}

// parseSocket reads the local end: the port and the address, in network order,
// are first in the struct inet_diag_sockid behind four bytes.
func parseSocket(data []byte) (a netip.AddrPort, ok bool) {
	if len(data) < diagMessageSize {
		return a, false
	}
	port, address := binary.BigEndian.Uint16(data[4:]), data[8:24]
	if data[0] == unix.AF_INET {
		address = address[:4]
	}
	addr, ok := netip.AddrFromSlice(address)
	return netip.AddrPortFrom(addr, port), ok
}
