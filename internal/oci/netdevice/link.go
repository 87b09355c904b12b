package netdevice

import (
	"encoding/binary"
	"errors"
	"fmt"

	"golang.org/x/sys/unix"
)

// Of linux/if_link.h and linux/rtnetlink.h, which golang.org/x/sys has not got.
const (
	netnsImmutable = 67     // IFLA_NETNS_IMMUTABLE, from Linux 6.15 on
	skipStatistics = 1 << 3 // RTEXT_FILTER_SKIP_STATS
)

// link is a network device as it is in some namespace.
type link struct {
	index  uint32
	name   string
	up     bool
	master uint32 // the index of the bridge or bond that it is a port of, or 0
	fixed  bool   // it cannot leave its namespace
}

// find looks a device up by its name, or by another name that it has besides.
// There is none of this name where the error is ENODEV.
func (s socket) find(name string) (*link, error) {
	request := addText(make([]byte, unix.SizeofIfInfomsg), unix.IFLA_IFNAME, name)
	return s.one(request)
}

// at looks a device up by its index.
func (s socket) at(index uint32) (*link, error) { return s.one(about(index, 0)) }

func (s socket) one(request []byte) (*link, error) {
	found, err := s.ask(unix.RTM_GETLINK, 0, addNumber(request, unix.IFLA_EXT_MASK, skipStatistics))
	if err != nil {
		return nil, err
	}
	if len(found) != 1 || len(found[0]) < unix.SizeofIfInfomsg {
		return nil, unix.EPROTO
	}
	return parseLink(found[0]), nil
}

func parseLink(data []byte) *link {
	flags := binary.NativeEndian.Uint32(data[8:])
	l := &link{index: binary.NativeEndian.Uint32(data[4:]), up: flags&unix.IFF_UP != 0}
	name, _ := attribute(data, unix.SizeofIfInfomsg, unix.IFLA_IFNAME)
	l.name = text(name)
	l.master = number(data, unix.SizeofIfInfomsg, unix.IFLA_MASTER)
	immutable, _ := attribute(data, unix.SizeofIfInfomsg, netnsImmutable)
	l.fixed = flags&unix.IFF_LOOPBACK != 0 || len(immutable) == 1 && immutable[0] != 0
	return l
}

// has says whether a name is in use.
func (s socket) has(name string) (bool, error) {
	_, err := s.find(name)
	if errors.Is(err, unix.ENODEV) {
		return false, nil
	}
	return err == nil, err
}

// about is the beginning of a request about one device, with flags to switch on.
func about(index, flags uint32) []byte {
	m := make([]byte, 4, 64) // struct ifinfomsg: family, type
	for _, word := range [...]uint32{index, flags, flags} {
		m = binary.NativeEndian.AppendUint32(m, word)
	}
	return m
}

// change changes a device.
func (s socket) change(request []byte) error {
	_, err := s.ask(unix.RTM_NEWLINK, 0, request)
	return err
}

// send sends a device into the namespace of a descriptor, as name. The kernel
// moves it under the name that it has and renames it there; only where that one
// is taken does it come with the new name at once.
func (s socket) send(index uint32, namespace int, name string) error {
	m := addNumber(about(index, 0), unix.IFLA_NET_NS_FD, uint32(namespace))
	return s.change(addText(m, unix.IFLA_IFNAME, name))
}

func (s socket) rename(index uint32, name string) error {
	return s.change(addText(about(index, 0), unix.IFLA_IFNAME, name))
}

func (s socket) setUp(index uint32) error {
	if err := s.change(about(index, unix.IFF_UP)); err != nil {
		return fmt.Errorf("bring it up: %w", err)
	}
	return nil
}
