package netlink

import (
	"net/netip"

	"golang.org/x/sys/unix"
)

// Address is an address of an interface, with its prefix.
type Address struct {
	Index  int          `json:"index"` // of the interface
	Prefix netip.Prefix `json:"prefix"`
}

// Addresses lists the addresses in the namespace of a socket.
func Addresses(fd int) ([]Address, error) {
	var list []Address
	err := dump(fd, unix.RTM_GETADDR, everything[:], func(data []byte) {
		if a, ok := parseAddress(data); ok {
			list = append(list, a)
		}
	})
	return list, err
}

func parseAddress(data []byte) (a Address, ok bool) {
	if len(data) < unix.SizeofIfAddrmsg {
		return a, false
	}
	a.Index = number(data[4:])
	attributes(data, unix.SizeofIfAddrmsg, func(kind uint16, value []byte) {
		// IFA_ADDRESS is the other end's of a point-to-point link.
		if kind == unix.IFA_LOCAL || kind == unix.IFA_ADDRESS && !ok {
			if addr, valid := netip.AddrFromSlice(value); valid {
				a.Prefix, ok = netip.PrefixFrom(addr, int(data[1])), true
			}
		}
	})
	return a, ok
}

// Route is a line of the main routing table.
type Route struct {
	To      netip.Prefix `json:"to"` // of length 0 for the default
	Gateway netip.Addr   `json:"gateway"`
	Index   int          `json:"index"` // of the interface that it goes out by
}

// Routes lists the main table in the namespace of a socket.
func Routes(fd int) ([]Route, error) {
	var list []Route
	err := dump(fd, unix.RTM_GETROUTE, everything[:], func(data []byte) {
		if r, ok := parseRoute(data); ok {
			list = append(list, r)
		}
	})
	return list, err
}

// parseRoute reads one that goes somewhere: of type unicast, or one that
// refuses, in the main table.
func parseRoute(data []byte) (r Route, ok bool) {
	if len(data) < unix.SizeofRtMsg {
		return r, false
	}
	family, length, table, kind := data[0], int(data[1]), data[4], data[7]
	if table != unix.RT_TABLE_MAIN || kind == unix.RTN_LOCAL || kind == unix.RTN_BROADCAST || kind == unix.RTN_MULTICAST || kind == unix.RTN_ANYCAST {
		return r, false
	}
	to := netip.IPv4Unspecified()
	if family == unix.AF_INET6 {
		to = netip.IPv6Unspecified()
	} else if family != unix.AF_INET {
		return r, false
	}
	attributes(data, unix.SizeofRtMsg, func(kind uint16, value []byte) {
		switch addr, valid := netip.AddrFromSlice(value); {
		case kind == unix.RTA_DST && valid:
			to = addr
		case kind == unix.RTA_GATEWAY && valid:
			r.Gateway = addr
		case kind == unix.RTA_OIF:
			r.Index = number(value)
		}
	})
	r.To = netip.PrefixFrom(to, length)
	return r, r.To.IsValid()
}
