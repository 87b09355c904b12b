package atlas

import (
	"isle/internal/netlink"
	"isle/ns"
)

// cabling finds out which ends belong together.
type cabling struct {
	s        *ns.Snapshot
	networks []*network
	having   map[int][]*network // a link of an index
	list     []Link
}

// connect adds the connections of which an end is the first: of a veth pair
// that is the one of the lower namespace and index.
func (c *cabling) connect(n *network, e *end) {
	if e.link.Master != 0 {
		if master := n.at(e.link.Master); master != nil {
			c.list = append(c.list, Link{"port", e.End, master.End})
		}
	}
	if e.link.Peer == 0 || e.link.Peer == e.Index && e.link.PeerID < 0 {
		return
	}
	peer := c.peer(n, e)
	if peer == nil || e.Kind == "veth" && before(&peer.End, &e.End) {
		return
	}
	c.list = append(c.list, Link{e.Kind, e.End, peer.End})
}

func before(a, b *End) bool { return a.Net < b.Net || a.Net == b.Net && a.Index < b.Index }

// peer finds the other end: a link of that index in the namespace that this one
// has that number for.
func (c *cabling) peer(n *network, e *end) *end {
	if e.link.PeerID < 0 {
		return n.at(e.link.Peer)
	}
	var found []*network
	for _, other := range c.having[e.link.Peer] {
		if far := other.at(e.link.Peer); e.Kind != "veth" || far.Kind == "veth" && far.link.Peer == e.Index && far.link.PeerID >= 0 && other != n {
			found = append(found, other)
		}
	}
	if e.Kind != "veth" || len(found) > 1 { // the indexes do not say it
		found = c.numbered(n, e.link.PeerID, found)
	}
	if len(found) != 1 {
		return nil
	}
	return found[0].at(e.link.Peer)
}

// mostAsked is how many namespaces are asked whether they are the one.
const mostAsked = 256

// numbered finds among some the namespace that another has a number for.
func (c *cabling) numbered(n *network, number int, among []*network) (found []*network) {
	inside(c.s, n.Namespace, func(socket int) {
		for _, other := range among[:min(len(among), mostAsked)] {
			f := file(c.s, other.Namespace)
			if f == nil {
				continue
			}
			id, ok := netlink.NSID(socket, netlink.ByFD, f.Fd())
			f.Close()
			if ok && id == number {
				found = append(found, other)
				return
			}
		}
	})
	return found
}
