package table

// json prints the table as an object with one member, the array of its rows.
// The rows that hang from a row are in its member "children".
func (p *printer) json() {
	p.keys = make([]string, len(p.Columns))
	for i, c := range p.Columns {
		p.keys[i] = string(appendQuoted(nil, lower(c.Name))) + ": "
	}
	p.out = append(p.out, '{')
	p.newline(1)
	p.out = append(appendQuoted(p.out, p.Name), ':', ' ')
	p.array(p.Rows, 1)
	p.out = append(p.out, "\n}\n"...)
}

// array prints rows, the first of which begins a line and the others go on
// behind the brace of the one before.
func (p *printer) array(rows []*Row, level int) {
	p.out = append(p.out, '[')
	if len(rows) > 0 {
		p.newline(level + 1)
	} else {
		p.newline(0)
	}
	p.first = true
	p.objects(rows, level+1)
	p.newline(level)
	p.out = append(p.out, ']')
}

func (p *printer) objects(rows []*Row, level int) {
	for _, r := range rows {
		if !p.first {
			p.out = append(p.out, ',')
		}
		p.out = append(p.out, '{')
		p.members(r, level+1)
		p.newline(level)
		p.out = append(p.out, '}')
		p.first = false
		p.flush(piece)
		if p.tree < 0 {
			p.objects(r.Children, level)
		}
	}
}

func (p *printer) members(r *Row, level int) {
	for i, key := range p.keys {
		if i > 0 {
			p.out = append(p.out, ',')
		}
		p.newline(level)
		p.out = append(p.out, key...)
		p.value(r, i, level)
	}
	if p.tree >= 0 && len(r.Children) > 0 {
		p.out = append(p.out, ',')
		p.newline(level)
		p.out = append(p.out, `"children": `...)
		p.array(r.Children, level)
	}
}

// newline begins a line at a level of nesting.
func (p *printer) newline(level int) {
	p.out = append(p.out, '\n')
	for range level {
		p.out = append(p.out, "   "...)
	}
}
