package inspect

import (
	"encoding/binary"
	"encoding/hex"
	"errors"
	"io/fs"
	"net/netip"
	"strconv"
	"strings"

	"isle/internal/netlink"
)

// Network is what a process sees of the network.
type Network struct {
	Links     []netlink.Link    `json:"links"`
	Addresses []netlink.Address `json:"addresses"`
	Routes    []netlink.Route   `json:"routes"`
	Listening []Port            `json:"listening"`
	// Abstract are the names of the unix sockets that belong to the network
	// namespace and to no file system (unix(7)).
	Abstract []string `json:"abstract,omitempty"`
}

// Port is a socket that waits for others.
type Port struct {
	Protocol string         `json:"protocol"` // "tcp", "tcp6", "udp", "udp6"
	Local    netip.AddrPort `json:"local"`
}

// protocol is a table of sockets, and the state that waits there.
type protocol struct{ name, waiting string }

// 07 is a UDP socket without a peer, and 0A is TCP_LISTEN.
var (
	udp = [...]protocol{{"udp", "07"}, {"udp6", "07"}}
	tcp = [...]protocol{{"tcp", "0A"}, {"tcp6", "0A"}}
)

// readSockets reads the tables of the process's network namespace that are fast
// to read, which anyone may who sees the process.
func (p *Process) readSockets() error {
	if err := p.readPorts(udp[:]); err != nil {
		return err
	}
	text, err := p.read("net/unix")
	p.Network.Abstract = parseAbstract(text)
	return err
}

// readTCP reads those that may be slow.
func (p *Process) readTCP() error { return p.readPorts(tcp[:]) }

// listen adds ports, of which a protocol has two tables.
func (n *Network) listen(protocol string, list []netip.AddrPort) {
	for _, a := range list {
		name := protocol
		if a.Addr().Is6() {
			name += "6"
		}
		n.Listening = append(n.Listening, Port{name, a})
	}
}

func (p *Process) readPorts(protocols []protocol) error {
	for _, protocol := range protocols {
		text, err := p.read("net/" + protocol.name)
		if errors.Is(err, fs.ErrNotExist) {
			continue // without IPv6
		}
		if err != nil {
			return err
		}
		p.Network.Listening = append(p.Network.Listening, parsePorts(text, protocol.name, protocol.waiting)...)
	}
	return nil
}

// parsePorts reads a table, whose lines have the local address second and the
// state fourth.
func parsePorts(text, protocol, waiting string) (list []Port) {
	for line := range strings.Lines(text) {
		fields := strings.Fields(line)
		if len(fields) < 4 || fields[3] != waiting {
			continue
		}
		if local, ok := parseAddrPort(fields[1]); ok {
			list = append(list, Port{protocol, local})
		}
	}
	return list
}

// parseAddrPort reads an address as words of 32 bits in the machine's order.
func parseAddrPort(s string) (a netip.AddrPort, ok bool) {
	host, port, _ := strings.Cut(s, ":")
	words, err := hex.DecodeString(host)
	n, err2 := strconv.ParseUint(port, 16, 16)
	if err != nil || err2 != nil || len(words)%4 != 0 {
		return a, false
	}
	for i := 0; i < len(words); i += 4 {
		binary.NativeEndian.PutUint32(words[i:], binary.BigEndian.Uint32(words[i:]))
	}
	addr, ok := netip.AddrFromSlice(words)
	return netip.AddrPortFrom(addr, uint16(n)), ok
}

// listening is the flag of a unix socket that waits for connections.
const listening = 0x10000

// parseAbstract reads /proc/net/unix: the names that begin with @.
func parseAbstract(text string) (list []string) {
	for line := range strings.Lines(text) {
		fields := strings.Fields(line)
		if len(fields) < 8 || !strings.HasPrefix(fields[7], "@") {
			continue
		}
		if flags, err := strconv.ParseUint(fields[3], 16, 64); err == nil && flags&listening != 0 {
			list = append(list, strings.ToValidUTF8(fields[7], "�"))
		}
	}
	return list
}
