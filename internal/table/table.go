package table

import (
	"io"
	"strings"
)

// Kind is how a cell is written in JSON. An empty cell is null, but for Bool.
type Kind uint8

const (
	String Kind = iota
	Number      // decimal, without quotes; a cell that is no number is quoted all the same
	Bool        // false if the cell is empty or begins with 0, n or N; else true
	Array       // of strings: one for each line of the cell, whatever Table.NoWrap says
)

// Column is what the cells under one heading have in common.
type Column struct {
	Name     string // heading; in JSON the key, in lower case
	Right    bool   // aligned to the right, as numbers are
	Truncate bool   // may be cut for the table to fit Table.Width
	Wrap     bool   // a cell of several lines takes several lines of the table
	Tree     bool   // carries the branches; one column at most
	JSON     Kind
	Hint     int // least width, in cells of the screen, of a column whose heading is no wider than its text
}

// Row is one line and, in a table with a tree column, those that hang from it.
// A cell that is empty or left out is null.
type Row struct {
	Cells    []string
	Styles   []string // by cell, with Table.Colour: what stands between ESC [ and m (console_codes(4)), such as "1;36"
	Children []*Row
}

// Table is what is to be printed, and how. Without Raw or JSON it is for people.
type Table struct {
	Name    string // what the rows are, such as "namespaces": the key of the JSON
	Columns []Column
	Rows    []*Row // roots of the tree, in order; without a tree column children just follow their parents

	NoHeadings bool
	Raw        bool // one line a row, for read(1) and awk(1): single blanks between cells and none in them
	JSON       bool
	NoTruncate bool // cut nothing
	NoWrap     bool // join the lines of a cell with commas, as Raw always does
	Colour     bool // cells may have styles; see Coloured
	ASCII      bool // print nothing else, but for JSON, which is always UTF-8
	Width      int  // of the terminal, in cells; 0 if there is none to fit
}

// Write prints the table to w. A table without rows is nothing at all, except
// in JSON. The error is that of w.
func (t *Table) Write(w io.Writer) error {
	p := printer{Table: t, w: w, tree: -1}
	for i, c := range t.Columns {
		if c.Tree {
			p.tree = i
			break
		}
	}
	switch {
	case t.JSON:
		p.json()
	case len(t.Rows) == 0 || len(t.Columns) == 0:
	case t.Raw:
		p.raw()
	default:
		p.text()
	}
	p.flush(1)
	return p.err
}

// printer is a table on its way out.
type printer struct {
	*Table
	w    io.Writer
	err  error // the first of w; nothing is written after it
	out  []byte
	tree int    // the tree column, -1 if there is none
	art  []byte // branches that run past the row from those above it

	widths  []int    // of the columns, in cells
	rest    []string // of each cell, the lines that are yet to be printed
	scratch []byte

	keys  []string // of the columns in JSON, quoted, with the colon
	first bool     // the next object is the first of its array
}

// piece is how much is collected before it is written: a few thousand lines are
// to cost a few system calls, and not their size in memory.
const piece = 64 << 10

// flush writes what has been printed if that is at least so many bytes.
func (p *printer) flush(least int) {
	if len(p.out) >= least && p.err == nil {
		_, p.err = p.w.Write(p.out)
	}
	if len(p.out) >= least {
		p.out = p.out[:0]
	}
}

func (r *Row) cell(i int) string {
	if i < len(r.Cells) {
		return r.Cells[i]
	}
	return ""
}

// cell returns what is to be printed for a row in column i.
func (p *printer) cell(r *Row, i int) string {
	s := r.cell(i)
	if p.Columns[i].Wrap && (p.NoWrap || p.Raw) {
		return strings.ReplaceAll(s, "\n", ",")
	}
	return s
}
