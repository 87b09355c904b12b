package table

import "strings"

// text prints the table for people: columns as wide as they need.
func (p *printer) text() {
	p.layout()
	p.rest = make([]string, len(p.Columns))
	if !p.NoHeadings {
		for i := range p.Columns {
			start := p.start(i)
			p.align(i, start, p.safe(p.Columns[i].Name))
		}
		p.out = append(p.out, '\n')
	}
	p.walk(p.Rows, 0, p.textRow)
}

// textRow prints a row, on as many lines as its longest cell has.
func (p *printer) textRow(r *Row, at place) {
	for i := range p.rest {
		p.rest[i] = p.cell(r, i)
		start, width := p.start(i), 0
		if i == p.tree {
			p.out = append(append(p.out, p.art...), at.own...)
			width = branchWidth * at.depth
		}
		text := len(p.out)
		p.align(i, start, width+p.line(i))
		p.paint(r, i, text)
	}
	p.out = append(p.out, '\n')
	for p.more() {
		p.further(r, at)
	}
	p.flush(piece)
}

// paint gives what has been printed of a cell from start on its style.
func (p *printer) paint(r *Row, i, start int) {
	if !p.Colour || i >= len(r.Styles) || r.Styles[i] == "" || len(p.out) <= start {
		return
	}
	p.scratch = append(p.scratch[:0], p.out[start:]...)
	p.out = append(append(append(p.out[:start], "\x1b["...), r.Styles[i]...), 'm')
	p.out = append(append(p.out, p.scratch...), "\x1b[0m"...)
}

// further prints another line of a row.
func (p *printer) further(r *Row, at place) {
	for i := range p.rest {
		start, width := p.start(i), 0
		if i == p.tree && p.rest[i] == "" {
			p.out = append(append(p.out, p.art...), at.below...)
			width = branchWidth * at.depth
			// The branch to the children is drawn only beside a cell that is to go on.
			if len(r.Children) > 0 && p.more() {
				p.out = append(p.out, p.symbols().past...)
				width += branchWidth
			}
		}
		p.align(i, start, width+p.line(i))
	}
	p.out = append(p.out, '\n')
}

// more reports whether a cell of the row has lines left. A newline that ends a
// cell starts no line.
func (p *printer) more() bool {
	for _, s := range p.rest {
		if s != "" {
			return true
		}
	}
	return false
}

// line prints the next line of the cell in column i and returns its width.
func (p *printer) line(i int) int {
	s := p.rest[i]
	p.rest[i] = ""
	if p.Columns[i].Wrap {
		s, p.rest[i], _ = strings.Cut(s, "\n")
	}
	return p.safe(s)
}

// safe prints a text and returns how many cells it takes.
func (p *printer) safe(s string) int {
	if plain(s) {
		p.out = append(p.out, s...)
		return len(s)
	}
	start := len(p.out)
	p.out = appendSafe(p.out, s, p.ASCII)
	return cells(p.out[start:])
}

// start separates column i from the one before it and returns where it begins.
func (p *printer) start(i int) int {
	if i > 0 {
		p.out = append(p.out, ' ')
	}
	return len(p.out)
}

// align makes what has been printed from start on, which takes so many cells,
// as wide as column i. In the last column nothing follows that would have to
// stand under something, so blanks come before the text only.
func (p *printer) align(i, start, width int) {
	c := &p.Columns[i]
	if width > p.widths[i] && c.Truncate {
		n := 0
		n, width = cut(p.out[start:], p.widths[i])
		p.out = p.out[:start+n]
	}
	end, pad := len(p.out), p.widths[i]-width
	if pad <= 0 || i == len(p.Columns)-1 && (!c.Right || width == 0) {
		return
	}
	for range pad {
		p.out = append(p.out, ' ')
	}
	if c.Right {
		cell := p.out[start:]
		copy(cell[pad:], p.out[start:end])
		for k := range pad {
			cell[k] = ' '
		}
	}
}
