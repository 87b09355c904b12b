package draw

import (
	"cmp"
	"math"
	"slices"

	"isle/internal/island"
)

// sorts is the order in which islands of a size are laid out.
var sorts = [...]island.Sort{island.Host, island.Container, island.Sandbox, island.Unit}

// pack puts n's kids into a grid: large ones first, then by sort, then those who
// share namespaces beside each other, else in the map's order.
func (s *scene) pack(n *node, columns int) {
	slices.SortStableFunc(n.kids, func(a, b *node) int {
		return cmp.Or(
			cmp.Compare(b.lot.cols*b.lot.rows, a.lot.cols*a.lot.rows),
			cmp.Compare(b.lot.cols, a.lot.cols),
			cmp.Compare(slices.Index(sorts[:], a.Sort), slices.Index(sorts[:], b.Sort)),
			cmp.Compare(a.first(), b.first()))
	})
	rows := lay(n.kids, columns, false)
	if lay(n.kids, columns, true) > rows { // a few cards are better close than in rows
		lay(n.kids, columns, false)
	}
	n.lot.inner, n.lot.tops = columns, s.tops(n.kids, rows)
	n.lot.cover = cover(n.kids, columns)
}

// lay gives kids their cells and returns the rows that they take. Those of a bond
// may be kept in a row.
func lay(kids []*node, columns int, bonds bool) (rows int) {
	g := grid{cols: columns}
	for i := 0; i < len(kids); {
		together, cols := 1, kids[i].lot.cols
		if bonds {
			together = abreast(kids[i:], columns)
		}
		col, row := g.put(together*cols, kids[i].lot.rows)
		for j, k := range kids[i : i+together] {
			k.lot.col, k.lot.row = col+j*cols, row
		}
		i += together
	}
	return g.rows
}

// abreast is how many of the first kids are of one bond and one size, so that they
// are to lie in a row, if they fit.
func abreast(kids []*node, columns int) int {
	first, many := kids[0], 1
	if first.first() == unbound {
		return 1
	}
	for _, k := range kids[1:] {
		if k.first() != first.first() || k.lot.cols != first.lot.cols || k.lot.rows != first.lot.rows {
			break
		}
		many++
	}
	if many*first.lot.cols > columns {
		return 1
	}
	return many
}

// cover tells for the left edge of each column the first row in which an island
// lies across it: lines can come down as far as there.
func cover(kids []*node, columns int) []int {
	rows := make([]int, columns)
	for c := range rows {
		rows[c] = math.MaxInt
	}
	for _, k := range kids {
		for c := k.lot.col + 1; c < k.lot.col+k.lot.cols; c++ {
			rows[c] = min(rows[c], k.lot.row)
		}
	}
	return rows
}
