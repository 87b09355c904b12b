package draw

import (
	"math"
	"slices"
)

// shape is the width of a pleasant drawing by its height.
const shape = 1.6

// measure finds from the inside out how much room islands need. The host comes
// last, by settle, who knows the width.
func (s *scene) measure() {
	for _, n := range slices.Backward(s.nodes) {
		if n != s.root {
			s.need(n)
		}
	}
}

// need lays out an island's grid.
func (s *scene) need(n *node) {
	z := s.sizes
	n.lot.head, n.lot.foot = s.head(n), z.nest
	if len(n.kids) == 0 {
		n.lot.least = z.leafW
		return
	}
	n.lot.unit = unit(n.kids, z.leafW)
	need := s.spans(n)
	s.pack(n, max(need.widest, min(s.pleasant(n, need.cells), need.abreast)))
	n.lot.least = n.lot.inner*(n.lot.unit+z.gap) - z.gap + 2*z.nest
}

// pleasant is the number of columns that give cells a pleasant shape.
func (s *scene) pleasant(n *node, cells int) int {
	z := s.sizes
	return int(math.Round(math.Sqrt(shape * float64(cells*(z.leafH+z.rowGap)) / float64(n.lot.unit+z.gap))))
}

// head is the height of what is above an island's grid.
func (s *scene) head(n *node) int {
	z := s.sizes
	h := z.badgeY + z.badgeH + z.rowGap*5/8
	if s.ported(n) {
		h = z.portY + z.rowGap
	}
	return h + len(n.buses)*s.busH()
}

// unit is the width of a column: a card's, or that of kids that are only a little
// wider, because others lie in them.
func unit(kids []*node, least int) int {
	u := least
	for _, k := range kids {
		if need := k.lot.least; need <= least*7/5 || len(kids) == 1 {
			u = max(u, need)
		}
	}
	return u
}

// ported says whether an island's card names its interfaces.
func (s *scene) ported(n *node) bool { return s.sizes.portY > 0 && len(n.ends) > 0 }

// needs are cells that kids take: all of them, the columns of the widest, and
// those of all beside each other.
type needs struct{ cells, widest, abreast int }

// spans gives each of n's kids its number of cells.
func (s *scene) spans(n *node) needs {
	z, sum := s.sizes, needs{widest: 1}
	for _, k := range n.kids {
		l := &k.lot
		l.cols, l.rows = span(l.least, n.lot.unit, z.gap), 1
		if len(k.kids) > 0 || len(k.buses) > 0 {
			l.rows = span(s.tall(k)-(z.leafH-z.shortH), z.shortH, z.rowGap)
		}
		sum.cells += l.cols * l.rows
		sum.widest = max(sum.widest, l.cols)
		sum.abreast += l.cols
	}
	return sum
}
