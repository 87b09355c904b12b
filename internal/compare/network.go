package compare

import (
	"fmt"
	"strconv"

	"isle/internal/inspect"
	"isle/internal/netlink"
)

// network compares links, addresses, routes and what waits for connections.
func (p *pair) network() (rows []Row) {
	a, b := p.a.Network, p.b.Network
	if a.Links != nil && b.Links != nil {
		rows = append(rows, differ("link", links(a), links(b))...)
		rows = append(rows, differ("address", addresses(a), addresses(b))...)
		rows = append(rows, differ("route", routes(a), routes(b))...)
	}
	rows = append(rows, differ("listens on", ports(a), ports(b))...)
	return append(rows, differ("socket", named(a.Abstract), named(b.Abstract))...)
}

func links(n *inspect.Network) (list []entry) {
	for _, l := range n.Links {
		state := "down"
		if l.Up {
			state = "up"
		}
		kind := l.Kind
		if kind != "" {
			kind += ", "
		}
		list = append(list, entry{l.Name, fmt.Sprintf("%s%s, mtu %d", kind, state, l.MTU)})
	}
	return list
}

// linkName is the name of a link by its index.
func linkName(n *inspect.Network, index int) string {
	for _, l := range n.Links {
		if l.Index == index {
			return l.Name
		}
	}
	return "link " + strconv.Itoa(index)
}

func addresses(n *inspect.Network) (list []entry) {
	for _, a := range n.Addresses {
		list = append(list, entry{a.Prefix.String(), "on " + linkName(n, a.Index)})
	}
	return list
}

func routes(n *inspect.Network) (list []entry) {
	for _, r := range n.Routes {
		list = append(list, entry{destination(r), via(n, r)})
	}
	return list
}

func destination(r netlink.Route) string {
	if r.To.Bits() == 0 {
		return "default"
	}
	return r.To.String()
}

func via(n *inspect.Network, r netlink.Route) string {
	out := "on " + linkName(n, r.Index)
	if r.Gateway.IsValid() {
		out = "via " + r.Gateway.String() + " " + out
	}
	return out
}

func ports(n *inspect.Network) (list []entry) {
	for _, port := range n.Listening {
		list = append(list, entry{port.Protocol + " " + port.Local.String(), ""})
	}
	return list
}
