package netdevice

import (
	"encoding/binary"
	"errors"
	"fmt"
	"net/netip"
	"strings"

	"golang.org/x/sys/unix"
)

// address is an address of a device as the kernel tells of it: a struct ifaddrmsg
// and its attributes.
type address []byte

// addresses lists those of one device.
func (s socket) addresses(index uint32) (list []address, err error) {
	request := make([]byte, unix.SizeofIfAddrmsg)
	binary.NativeEndian.PutUint32(request[4:], index)
	found, err := s.list(unix.RTM_GETADDR, request)
	for _, data := range found {
		if len(data) >= unix.SizeofIfAddrmsg && binary.NativeEndian.Uint32(data[4:]) == index {
			list = append(list, data)
		}
	}
	return list, err
}

// lasting says whether it is one that the specification wants kept: permanent,
// and of global scope.
func (a address) lasting() bool {
	return a[2]&unix.IFA_F_PERMANENT != 0 && a[3] == unix.RT_SCOPE_UNIVERSE
}

// of is the request for the same address on another device. The attributes stay
// as they are: peer, broadcast, flags, lifetimes, metric. A label begins with the
// device's name, and goes with it.
func (a address) of(index uint32, from, to string) []byte {
	m := append([]byte(nil), a[:unix.SizeofIfAddrmsg]...)
	binary.NativeEndian.PutUint32(m[4:], index)
	attributes(a, unix.SizeofIfAddrmsg, func(kind uint16, value, whole []byte) {
		if kind != unix.IFA_LABEL || from == to {
			m = append(m, whole...)
			return
		}
		rest, ok := strings.CutPrefix(text(value), from)
		if ok && rest != "" && len(to)+len(rest) <= longestName {
			m = addText(m, unix.IFA_LABEL, to+rest)
		}
	})
	return m
}

// give adds addresses to a device that was called from and now is l.
func (s socket) give(list []address, l *link, from string) error {
	for _, a := range list {
		_, err := s.ask(unix.RTM_NEWADDR, unix.NLM_F_CREATE|unix.NLM_F_EXCL, a.of(l.index, from, l.name))
		if err != nil && !errors.Is(err, unix.EEXIST) { // the kernel makes some itself
			return fmt.Errorf("give it the address %v: %w%s", a, err, a.hint(err))
		}
	}
	return nil
}

func (a address) hint(err error) string {
	if a[0] == unix.AF_INET6 && errors.Is(err, unix.EACCES) {
		return " (IPv6 is switched off there: net.ipv6.conf.default.disable_ipv6)"
	}
	return ""
}

// String is the address with its prefix, for messages.
func (a address) String() string {
	value, ok := attribute(a, unix.SizeofIfAddrmsg, unix.IFA_LOCAL)
	if !ok {
		value, _ = attribute(a, unix.SizeofIfAddrmsg, unix.IFA_ADDRESS)
	}
	addr, _ := netip.AddrFromSlice(value)
	return netip.PrefixFrom(addr, int(a[1])).String()
}
