package draw

import (
	"fmt"
	"strings"
)

// point is a bend of a line.
type point struct{ x, y int }

// bent returns the path through points, with round corners.
func bent(points []point) string {
	var d strings.Builder
	fmt.Fprintf(&d, "M%d %d", points[0].x, points[0].y)
	for i := 1; i < len(points)-1; i++ {
		a, b := toward(points[i], points[i-1]), toward(points[i], points[i+1])
		fmt.Fprintf(&d, "L%d %dQ%d %d %d %d", a.x, a.y, points[i].x, points[i].y, b.x, b.y)
	}
	last := points[len(points)-1]
	fmt.Fprintf(&d, "L%d %d", last.x, last.y)
	return d.String()
}

// toward returns a point a corner's radius from p on the way to q, or half way.
func toward(p, q point) point {
	const radius = 6
	step := func(a, b int) int {
		return a + max(-radius, min(radius, (b-a)/2))
	}
	return point{step(p.x, q.x), step(p.y, q.y)}
}

// down finds the way from a bus to a place in its island: down between columns,
// to the row above the place if need be, and in at its left.
func (s *scene) down(b *bus, to *place, plugY int) []point {
	z := s.sizes
	lane := b.lane(z.gap)
	trunk, gutter, above := s.trunk(b, to)+lane, to.box.x-z.gap/2+lane, to.box.y-z.rowGap/2
	points := []point{{trunk, b.y}}
	if trunk != gutter {
		points = append(points, point{trunk, above}, point{gutter, above})
	}
	return append(points, point{gutter, plugY}, point{to.box.x, plugY})
}

// across finds the way between two places of which neither lies in the other: out
// at the left of the upper one, down to the row above the lower, and in at its left.
func (s *scene) across(a, b *place) []point {
	if a.box.y > b.box.y {
		a, b = b, a
	}
	z := s.sizes
	from, to, lane := s.plug(a), s.plug(b), z.gap/2-z.gap/7
	out, in, above := a.box.x-lane, b.box.x-lane, b.box.y-z.rowGap/2
	points := []point{{a.box.x, from}, {out, from}}
	if out != in {
		points = append(points, point{out, above}, point{in, above})
	}
	return append(points, point{in, to}, point{b.box.x, to})
}

// trunk is the middle of the gap between columns in which a line comes down: at
// the left of the place, or further left if an island lies across it there.
func (s *scene) trunk(b *bus, to *place) int {
	on, col, row := b.on, 0, 0
	if to.node == nil {
		row = len(on.lot.tops)
		for col = range on.lot.inner {
			if s.column(on, col, 1, hostPad).x >= to.box.x {
				break
			}
		}
	} else {
		kid := to.node.under(on)
		col, row = kid.lot.col, kid.lot.row
	}
	for col > 0 && on.lot.cover[col] < row {
		col--
	}
	pad := s.sizes.nest
	if on == s.root {
		pad = hostPad
	}
	return s.column(on, col, 1, pad).x - s.sizes.gap/2
}

// lane keeps the lines of different buses apart in a gap.
func (b *bus) lane(gap int) int {
	for i, other := range b.on.buses {
		if other == b {
			return (i%3 - 1) * gap * 2 / 7
		}
	}
	return 0
}

// curve joins two boxes: across the gap if they are beside each other, below them
// if others lie between, else from the lower edge of the upper to the other's top.
func curve(a, b rect, y, gap, sag, shift int) string {
	if a.y == b.y && a.x > b.x || a.y > b.y {
		a, b = b, a
	}
	switch {
	case a.y == b.y && b.x-a.right() <= 2*gap:
		x1, x2, h := a.right(), b.x, a.y+y+shift
		return fmt.Sprintf("M%d %dC%d %d %d %d %d %d", x1, h, x1+8, h+sag/2, x2-8, h+sag/2, x2, h)
	case a.y == b.y:
		x1, x2, h := a.right()-24+shift, b.x+24+shift, max(a.bottom(), b.bottom())
		return fmt.Sprintf("M%d %dC%d %d %d %d %d %d", x1, a.bottom(), x1+16, h+sag, x2-16, h+sag, x2, b.bottom())
	}
	x1, y1, x2, y2 := a.x+a.w/2+shift, a.bottom(), b.x+b.w/2+shift, b.y
	return fmt.Sprintf("M%d %dC%d %d %d %d %d %d", x1, y1, x1, y1+sag, x2, y2-sag, x2, y2)
}
