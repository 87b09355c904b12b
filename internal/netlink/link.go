package netlink

import (
	"encoding/binary"
	"encoding/hex"
	"strings"

	"golang.org/x/sys/unix"
)

// Link is a network interface (rtnetlink(7), RTM_GETLINK).
type Link struct {
	Index int    `json:"index"`
	Name  string `json:"name"`
	Kind  string `json:"kind,omitempty"` // as ip-link(8) has it, empty for hardware and the loopback
	Up    bool   `json:"up"`
	MTU   int    `json:"mtu"`
	// Hardware is the address, as in "02:42:ac:11:00:02".
	Hardware string `json:"hardware,omitempty"`
	// Peer is the index of the other end of a veth pair, or of the link that
	// this one is made on; PeerID says in which namespace that is, by the number
	// that this one has for it, -1 if in the same.
	Peer   int `json:"peer,omitempty"`
	PeerID int `json:"-"`
	// Master is the index of the bridge or bond that it is a port of.
	Master int `json:"master,omitempty"`
}

// Links lists the interfaces in the namespace of a socket.
func Links(fd int) ([]Link, error) {
	var list []Link
	err := dump(fd, unix.RTM_GETLINK, everything[:], func(data []byte) {
		if l, ok := parseLink(data); ok {
			list = append(list, l)
		}
	})
	return list, err
}

func parseLink(data []byte) (l Link, ok bool) {
	if len(data) < unix.SizeofIfInfomsg {
		return l, false
	}
	l.Index = number(data[4:])
	l.Up = binary.NativeEndian.Uint32(data[8:])&unix.IFF_UP != 0
	l.PeerID = -1
	attributes(data, unix.SizeofIfInfomsg, func(kind uint16, value []byte) {
		switch kind {
		case unix.IFLA_IFNAME:
			l.Name = text(value)
		case unix.IFLA_MTU:
			l.MTU = number(value)
		case unix.IFLA_ADDRESS:
			l.Hardware = colons(value)
		case unix.IFLA_LINK:
			l.Peer = number(value)
		case unix.IFLA_LINK_NETNSID:
			l.PeerID = number(value)
		case unix.IFLA_MASTER:
			l.Master = number(value)
		case unix.IFLA_LINKINFO:
			l.Kind = infoKind(value)
		}
	})
	return l, true
}

// infoKind is the kind of link, which is nested in an attribute.
func infoKind(data []byte) (name string) {
	attributes(data, 0, func(kind uint16, value []byte) {
		if kind == unix.IFLA_INFO_KIND {
			name = text(value)
		}
	})
	return name
}

// text reads a string up to its zero.
func text(value []byte) string {
	s, _, _ := strings.Cut(string(value), "\x00")
	return strings.ToValidUTF8(s, "�")
}

func colons(address []byte) string {
	var parts []string
	for _, b := range address {
		parts = append(parts, hex.EncodeToString([]byte{b}))
	}
	return strings.Join(parts, ":")
}
