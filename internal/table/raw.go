package table

// raw prints the table for programs that split lines into words. An empty cell
// is nothing between two blanks.
func (p *printer) raw() {
	if !p.NoHeadings {
		for i, c := range p.Columns {
			p.start(i)
			p.out = appendWord(p.out, c.Name)
		}
		p.out = append(p.out, '\n')
	}
	p.walk(p.Rows, 0, p.rawRow)
}

func (p *printer) rawRow(r *Row, at place) {
	for i := range p.Columns {
		p.start(i)
		if i == p.tree {
			p.out = appendWord(appendWord(p.out, string(p.art)), at.own)
		}
		p.out = appendWord(p.out, p.cell(r, i))
	}
	p.out = append(p.out, '\n')
	p.flush(piece)
}
