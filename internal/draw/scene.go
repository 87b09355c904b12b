package draw

import (
	"isle/internal/atlas"
)

// scene is a map with a place for everything on it.
type scene struct {
	m     *atlas.Map
	sizes *sizes
	w, h  int
	// nodes are the islands, each behind the one that it lies in: root is the
	// first, or a bare ground if the map has none.
	nodes  []*node
	root   *node
	kept   []*keep
	hold   rect // where the kept lie
	about  map[uint64]*atlas.Namespace
	places map[uint64]*place // of network namespaces
	bonds  []*bond
	wires  []*wire
}

// rect is a box in pixels.
type rect struct{ x, y, w, h int }

func (r rect) right() int  { return r.x + r.w }
func (r rect) bottom() int { return r.y + r.h }

// place is something that has a box and that links can end at.
type place struct {
	id    string // of data-from and data-to
	box   rect
	node  *node    // nil if kept
	ends  []string // interfaces in words
	plugs int      // ends drawn so far
}

// arrange finds the place of everything, in steps that build on each other.
func arrange(m *atlas.Map, width int) *scene {
	s := &scene{m: m}
	s.plant()
	s.index()
	s.bind()
	s.keep()
	s.connect()
	s.sizes = fit(s)
	s.measure()
	s.settle(width)
	return s
}

// index looks up namespaces by number.
func (s *scene) index() {
	s.about = make(map[uint64]*atlas.Namespace, len(s.m.Namespaces))
	for _, n := range s.m.Namespaces {
		if n != nil {
			s.about[n.Inode] = n
		}
	}
}

// depth counts the namespaces of its kind that one lies in, as far as they are in
// sight; only user and PID namespaces lie in others.
func (s *scene) depth(inode uint64) int {
	const most = 32 // the kernel's limit: a loop ends
	for hops := range most {
		n := s.about[inode]
		if n == nil || n.Parent == 0 {
			return hops
		}
		inode = n.Parent
	}
	return most
}
