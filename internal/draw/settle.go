package draw

// The sea around the host, and the host's own measures.
const (
	margin   = 34 // the sea's width
	hostPad  = 30
	hostHead = 74
	legendH  = 40
	headerH  = 104
	warnH    = 34
	holdHead = 42
	least    = 960 // the header's width
	usual    = 1640
	widest   = 1 << 14 // whatever is asked for
)

// settle gives everything its pixels, from the host inwards.
func (s *scene) settle(width int) {
	z, root := s.sizes, s.root
	width = min(width, widest)
	root.lot.unit = unit(root.kids, z.leafW+2*z.nest)
	need := s.spans(root)
	around := 2*(margin+hostPad) - z.gap
	s.pack(root, max(1, need.widest, s.columns(width, need, around)))
	s.w = max(width, least, around+root.lot.inner*(root.lot.unit+z.gap))

	root.lot.head = hostHead + len(root.buses)*s.busH()
	root.box = rect{margin, headerH, s.w - 2*margin, root.lot.head}
	if s.m.Hidden > 0 {
		root.box.y += warnH
	}
	if len(root.kids) > 0 {
		root.box.h += root.lot.depth() - z.rowGap + hostPad
	}
	for _, n := range s.nodes {
		s.spread(n)
	}
	s.settleKept()
	s.h = root.box.bottom() + 20 + legendH + 16
}

// columns is how many the host has: as many as fit into the width, or as make a
// pleasant shape.
func (s *scene) columns(width int, need needs, around int) int {
	z, unit := s.sizes, s.root.lot.unit
	kept := len(s.kept) * (z.keptH + z.rowGap) / (z.leafH + z.rowGap)
	fits := (usual - around) / (unit + z.gap)
	if width > 0 {
		return (width - around) / (unit + z.gap)
	}
	most := min(fits, max(need.abreast, len(s.kept)))
	return min(max(3, s.pleasant(s.root, need.cells+kept)), most)
}

// spread gives n's kids their boxes in n's.
func (s *scene) spread(n *node) {
	pad := s.sizes.nest
	if n == s.root {
		pad = hostPad
	}
	for _, k := range n.kids {
		l := k.lot
		k.box = s.column(n, l.col, l.cols, pad)
		k.box.y = n.box.y + n.lot.head + n.lot.tops[l.row]
		k.box.h = n.lot.tops[l.row+l.rows] - n.lot.tops[l.row] - s.sizes.rowGap
	}
}

// column returns where cols columns of n's grid lie from left to right. Together
// they fill n but for pad on either side.
func (s *scene) column(n *node, col, cols, pad int) rect {
	room := n.box.w - 2*pad + s.sizes.gap
	left, right := col*room/n.lot.inner, (col+cols)*room/n.lot.inner
	return rect{x: n.box.x + pad + left, w: right - left - s.sizes.gap}
}

// settleKept lays out the kept namespaces below the islands, in the host's columns.
func (s *scene) settleKept() {
	if len(s.kept) == 0 {
		return
	}
	z, root := s.sizes, s.root
	top := root.box.bottom()
	for i, k := range s.kept {
		k.box = s.column(root, i%root.lot.inner, 1, hostPad)
		k.box.y, k.box.h = top+holdHead+i/root.lot.inner*(z.keptH+z.keptGap), z.keptH
	}
	bottom := s.kept[len(s.kept)-1].box.bottom()
	s.hold = rect{root.box.x + 12, top, root.box.w - 24, bottom + 16 - top}
	root.box.h = s.hold.bottom() + 12 - root.box.y
}
