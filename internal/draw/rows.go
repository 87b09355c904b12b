package draw

import (
	"cmp"
	"slices"
)

// tall is the height that an island in which something lies needs.
func (s *scene) tall(n *node) int {
	return n.lot.head + n.lot.depth() - s.sizes.rowGap + n.lot.foot
}

// depth is the height of the rows, with the gap behind the last.
func (l *lot) depth() int {
	if len(l.tops) == 0 {
		return 0
	}
	return l.tops[len(l.tops)-1]
}

// tops finds where rows begin. One in which no card names interfaces is lower, and
// one in which a large island ends has what that one still needs.
func (s *scene) tops(kids []*node, rows int) []int {
	heights := make([]int, rows)
	for row := range heights {
		heights[row] = s.sizes.shortH
	}
	for _, k := range kids {
		if k.lot.rows == 1 && s.ported(k) {
			heights[k.lot.row] = s.sizes.leafH
		}
	}
	last := func(k *node) int { return k.lot.row + k.lot.rows - 1 }
	ending := slices.SortedStableFunc(slices.Values(kids), func(a, b *node) int { return cmp.Compare(last(a), last(b)) })
	tops, row := make([]int, rows+1), 0
	for _, k := range ending {
		for ; row < last(k); row++ {
			tops[row+1] = tops[row] + heights[row] + s.sizes.rowGap
		}
		if k.lot.rows > 1 {
			heights[row] = max(heights[row], s.tall(k)-tops[row]+tops[k.lot.row])
		}
	}
	if rows > 0 {
		tops[rows] = tops[rows-1] + heights[rows-1] + s.sizes.rowGap
	}
	return tops
}
