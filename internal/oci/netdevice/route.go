package netdevice

import (
	"encoding/binary"
	"errors"
	"fmt"
	"net/netip"

	"golang.org/x/sys/unix"
)

// route is a route as the kernel tells of it: a struct rtmsg and its attributes.
// The kernel takes it again in this form, as ip route restore relies on (ip-route(8)).
type route []byte

// routes lists those out of one device that somebody has added. Those that belong
// to addresses, and those that routers announce, the kernel makes again itself.
func (s socket) routes(index uint32) (list []route, err error) {
	for _, family := range [...]byte{unix.AF_INET, unix.AF_INET6} {
		request := make([]byte, unix.SizeofRtMsg)
		request[0] = family
		found, err := s.list(unix.RTM_GETROUTE, addNumber(request, unix.RTA_OIF, index))
		if err != nil {
			return nil, err
		}
		for _, data := range found {
			if r := route(data); len(r) >= unix.SizeofRtMsg && r.out() == index && r.added() {
				list = append(list, r)
			}
		}
	}
	return list, nil
}

func (r route) out() uint32 { return number(r, unix.SizeofRtMsg, unix.RTA_OIF) }

func (r route) added() bool {
	const flags = 8 // in struct rtmsg
	return r[5] != unix.RTPROT_KERNEL && r[5] != unix.RTPROT_RA && binary.NativeEndian.Uint32(r[flags:])&unix.RTM_F_CLONED == 0
}

func (r route) hasGateway() bool {
	_, ok := attribute(r, unix.SizeofRtMsg, unix.RTA_GATEWAY)
	return ok
}

// of is the request for the same route out of the device of an index, without
// the flags that only tell of its state.
func (r route) of(index uint32) []byte {
	m := append([]byte(nil), r[:unix.SizeofRtMsg]...)
	binary.NativeEndian.PutUint32(m[8:], binary.NativeEndian.Uint32(m[8:])&unix.RTNH_F_ONLINK)
	attributes(r, unix.SizeofRtMsg, func(kind uint16, _, whole []byte) {
		if kind == unix.RTA_OIF {
			m = addNumber(m, kind, index)
		} else {
			m = append(m, whole...)
		}
	})
	return m
}

// giveRoutes adds routes again; those by gateways last, for a gateway must be
// within reach by then.
func (s socket) giveRoutes(list []route, index uint32) error {
	var problems []error
	for _, gateway := range [...]bool{false, true} {
		for _, r := range list {
			if r.hasGateway() != gateway {
				continue
			}
			_, err := s.ask(unix.RTM_NEWROUTE, unix.NLM_F_CREATE|unix.NLM_F_APPEND, r.of(index))
			if err != nil && !errors.Is(err, unix.EEXIST) {
				problems = append(problems, fmt.Errorf("add the route %v: %w", r, err))
			}
		}
	}
	return errors.Join(problems...)
}

// String is the destination, for messages.
func (r route) String() string {
	value, _ := attribute(r, unix.SizeofRtMsg, unix.RTA_DST)
	if addr, ok := netip.AddrFromSlice(value); ok {
		return netip.PrefixFrom(addr, int(r[1])).String()
	}
	return "default"
}
