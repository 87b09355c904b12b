package table

import "strings"

// layout finds how wide each column is to be.
func (p *printer) layout() {
	p.widths = make([]int, len(p.Columns))
	p.walk(p.Rows, 0, p.measure)
	least := make([]int, len(p.Columns))
	for i, c := range p.Columns {
		least[i] = p.width(c.Name)
		if p.widths[i] < least[i] {
			p.widths[i] = least[i]
		} else {
			p.widths[i] = max(p.widths[i], c.Hint)
		}
	}
	if p.Width > 0 && !p.NoTruncate {
		p.shrink(least)
	}
}

// measure widens the columns for a row.
func (p *printer) measure(r *Row, at place) {
	for i := range p.widths {
		s, branches := p.cell(r, i), 0
		if i == p.tree {
			branches = branchWidth * at.depth
		}
		line, rest, more := s, "", p.Columns[i].Wrap
		for {
			if more {
				line, rest, _ = strings.Cut(s, "\n")
			}
			p.widths[i] = max(p.widths[i], branches+p.width(line))
			if s = rest; s == "" {
				break
			}
		}
	}
}

// width returns how many cells of the screen a text takes.
func (p *printer) width(s string) int {
	if plain(s) {
		return len(s)
	}
	p.scratch = appendSafe(p.scratch[:0], s, p.ASCII)
	return cells(p.scratch)
}

// shrink takes one cell after the other, in turn, from the columns that may be
// cut, until the table fits or they are all as narrow as their headings.
func (p *printer) shrink(least []int) {
	total := len(p.widths) - 1
	for _, w := range p.widths {
		total += w
	}
	for shrunk := true; shrunk; {
		shrunk = false
		for i := range p.Columns {
			if p.Columns[i].Truncate && p.widths[i] > least[i] && total > p.Width {
				p.widths[i]--
				total--
				shrunk = true
			}
		}
	}
}
