package draw

import (
	"strings"

	"isle/internal/atlas"
	"isle/ns"
)

// wire is a link between two places. If one lies in the other, it runs from bus.
type wire struct {
	kind      string
	from, to  *place
	near, far *atlas.End // the interfaces there
	bus       *bus
}

// port finds an end among the ports of bridges.
type port struct {
	net   uint64
	index int
}

// connect turns links into wires. Who is in a network namespace first stands for
// it: the others in it share its badge.
func (s *scene) connect() {
	for _, n := range s.nodes {
		if inode := n.NS[ns.Net]; inode != 0 && s.places[inode] == nil {
			s.places[inode] = &n.place
		}
	}
	bridges := map[port]*atlas.End{}
	for i := range s.m.Links {
		if l := &s.m.Links[i]; l.Kind == "port" {
			bridges[port{l.From.Net, l.From.Index}] = &l.To
		}
	}
	for i := range s.m.Links {
		l := &s.m.Links[i]
		a, b := s.places[l.From.Net], s.places[l.To.Net]
		switch {
		case a == nil || b == nil: // out of sight
		case l.Kind == "port":
			s.bridge(l, a)
		case a != b:
			s.join(l, a, b, bridges)
		}
	}
}

// bridge notes a port that is not just the near end of a link to an island.
func (s *scene) bridge(l *atlas.Link, at *place) {
	if at.node == nil {
		return
	}
	b := at.node.bus(&l.To)
	b.bridge = true
	if l.From.Kind != "veth" {
		b.ports = append(b.ports, l.From.Name)
	}
}

// join makes a wire, from the outer place if there is one.
func (s *scene) join(l *atlas.Link, a, b *place, bridges map[port]*atlas.End) {
	near, far := &l.From, &l.To
	if s.inside(a, b) {
		near, far, a, b = far, near, b, a
	}
	w := &wire{near: near, far: far, kind: l.Kind, from: a, to: b}
	b.ends = append(b.ends, end(far))
	if s.inside(b, a) {
		w.bus = a.node.bus(lower(l, near, bridges))
		w.bus.taps++
	} else {
		a.ends = append(a.ends, end(near))
	}
	s.wires = append(s.wires, w)
}

// inside says whether a place lies in another. What is kept lies in the host.
func (s *scene) inside(inner, outer *place) bool {
	if inner.node == nil {
		return outer.node == s.root
	}
	return outer.node != nil && inner.node.within(outer.node)
}

// end says an interface in words.
func end(e *atlas.End) string {
	words := append([]string{e.Name}, e.Addresses...)
	if !e.Up {
		words = append(words, "(down)")
	}
	return strings.Join(words, " ")
}
