package lsns

import (
	"os"
	"slices"

	"isle/internal/table"
)

func (o *Options) table(name string, columns []table.Column) *table.Table {
	return &table.Table{
		Name: name, Columns: columns, NoHeadings: o.NoHeadings, Raw: o.Raw, JSON: o.JSON,
		NoTruncate: o.NoTruncate, NoWrap: o.NoWrap, ASCII: table.ASCII(os.Getenv), Width: table.TerminalWidth(os.Stdout),
	}
}

// listColumns is the table of the columns that there are.
func (o *Options) listColumns() *table.Table {
	t := o.table("lsns-columns", []table.Column{{Name: "HOLDER"}, {Name: "TYPE"}, {Name: "DESCRIPTION"}})
	for _, c := range columnTable {
		kind := "<string>"
		if c.number {
			kind = "<number>"
		}
		t.Rows = append(t.Rows, &table.Row{Cells: []string{c.name, kind, c.help}})
	}
	return t
}

// branches is the column that shows the tree.
func (o *Options) branches() Column {
	if o.Namespace == 0 && o.Tree != ByProcess {
		return NS
	}
	return Command
}

// branching says whether a tree is shown.
func (o *Options) branching() bool { return !o.List && slices.Contains(o.Columns, o.branches()) }

// headings are those of the columns that were asked for.
func (o *Options) headings() []table.Column {
	branches := o.branches()
	list := make([]table.Column, len(o.Columns))
	for i, c := range o.Columns {
		about, tree := columnTable[c], !o.List && c == branches
		list[i] = table.Column{
			Name: about.name, Hint: about.hint, Truncate: c == Command, Wrap: c == NSFS, Tree: tree,
			Right: c == NetNSID || about.number && !tree,
		}
		if about.number {
			list[i].JSON = table.Number
		}
	}
	return list
}
