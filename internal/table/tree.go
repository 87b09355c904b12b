package table

// symbols are what a tree is drawn with, each of them branchWidth wide.
type symbols struct{ branch, last, past, none string }

const branchWidth = 2

var (
	unicodeTree = symbols{"├─", "└─", "│ ", "  "}
	asciiTree   = symbols{"|-", "`-", "| ", "  "}
)

func (p *printer) symbols() *symbols {
	if p.ASCII {
		return &asciiTree
	}
	return &unicodeTree
}

// place is where a row hangs in the tree.
type place struct {
	depth      int    // 0 for a root
	own, below string // what joins it to its parent, and what runs past the further lines of its cells
}

// walk calls do for the rows and all that hangs from them, parents first.
func (p *printer) walk(rows []*Row, depth int, do func(*Row, place)) {
	s := p.symbols()
	for i, r := range rows {
		at := place{depth, s.branch, s.past}
		if i == len(rows)-1 {
			at.own, at.below = s.last, s.none
		}
		if depth == 0 {
			at.own, at.below = "", ""
		}
		do(r, at)
		n := len(p.art)
		p.art = append(p.art, at.below...)
		p.walk(r.Children, depth+1, do)
		p.art = p.art[:n]
	}
}
