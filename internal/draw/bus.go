package draw

import (
	"fmt"
	"strings"

	"isle/internal/atlas"
)

// bus is what the links of an island's network come together in: a bridge, a
// device that others lie on, or the network itself. It is drawn as a bar.
type bus struct {
	on      *node
	net     uint64
	name    string // of the interface; empty for the network itself
	bridge  bool
	address []string
	ports   []string // of a bridge, that lead to no island
	taps    int
	more    int // buses that this one stands for as well
	y       int
	from    int // where the bar begins and ends
	to      int
}

// mostBuses is how many one island shows each by itself.
const mostBuses = 6

// lower returns the interface that a link ends at in the end: the bridge that its
// end is a port of, the device that a macvlan lies on, nil for neither.
func lower(l *atlas.Link, near *atlas.End, bridges map[port]*atlas.End) *atlas.End {
	if over := bridges[port{near.Net, near.Index}]; over != nil {
		return over
	}
	if l.Kind == "veth" {
		return &atlas.End{Net: near.Net}
	}
	return near
}

// bus returns the island's bus of an interface.
func (n *node) bus(e *atlas.End) *bus {
	for _, b := range n.buses {
		if b.name == e.Name {
			return b
		}
	}
	if len(n.buses) == mostBuses {
		last := n.buses[mostBuses-1]
		last.more++
		return last
	}
	b := &bus{on: n, net: e.Net, name: e.Name, address: e.Addresses, bridge: e.Kind == "bridge"}
	n.buses = append(n.buses, b)
	return b
}

func networkOf(n *node) string {
	if n.in == nil {
		return "host network"
	}
	return "network"
}

// label is what is written on the bar.
func (b *bus) label() string {
	name := b.name
	if name == "" {
		name = networkOf(b.on)
	}
	if b.more > 0 {
		name = fmt.Sprintf("%s and more", name)
	}
	words := []string{name}
	if b.bridge {
		words = append(words, "bridge")
	}
	words = append(words, b.address...)
	if len(b.ports) > 0 {
		words = append(words, "port "+list(b.ports, 3))
	}
	if b.taps > 1 {
		words = append(words, count(b.taps, "link"))
	}
	return strings.Join(words, " · ")
}
