package draw

// lot is a piece of an island's grid, in cells, and the island's own grid: how
// many columns and rows it has and how wide it must be.
type lot struct {
	col, row   int   // where it lies in the outer grid
	cols, rows int   // how much of it
	inner      int   // columns of its own
	unit       int   // pixels that one of them needs
	tops       []int // where its rows begin, and where the next would
	least      int   // pixels that it needs across
	head, foot int   // pixels above and below its grid
	cover      []int // see cover
}

// grid is cells that are taken row by row.
type grid struct {
	cols  int
	taken []bool
	rows  int
	// The search for the next place of the same size goes on where the last ended.
	wide, high, from int
}

// put finds the first place that is cols wide and rows high.
func (g *grid) put(cols, rows int) (col, row int) {
	if cols != g.wide || rows != g.high {
		g.wide, g.high, g.from = cols, rows, 0
	}
	for at := g.from; ; at++ {
		col, row = at%g.cols, at/g.cols
		if g.free(col, row) {
			g.take(col, row)
			g.from = at
			g.rows = max(g.rows, row+rows)
			return col, row
		}
	}
}

func (g *grid) free(col, row int) bool {
	if col+g.wide > g.cols {
		return false
	}
	for len(g.taken) < (row+g.high)*g.cols {
		g.taken = append(g.taken, false)
	}
	for r := row; r < row+g.high; r++ {
		for c := col; c < col+g.wide; c++ {
			if g.taken[r*g.cols+c] {
				return false
			}
		}
	}
	return true
}

func (g *grid) take(col, row int) {
	for r := row; r < row+g.high; r++ {
		for c := col; c < col+g.wide; c++ {
			g.taken[r*g.cols+c] = true
		}
	}
}

// span is how many units with gaps between them make size.
func span(size, unit, gap int) int { return max(1, (size+unit+2*gap-1)/(unit+gap)) }
