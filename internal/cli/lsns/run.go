package lsns

import (
	"fmt"
	"os"
	"slices"
	"strings"

	"golang.org/x/term"

	"isle/internal/getopt"
	"isle/internal/table"
	"isle/ns"
)

// Main runs the command and returns its exit status.
func Main(prog string, args []string) int {
	o, err := Parse(prog, args)
	if err != nil {
		return getopt.Exit(prog, err, os.Stdout, os.Stderr)
	}
	if o.ListColumns {
		err = o.table("lsns-columns", help()).Write(os.Stdout)
	} else {
		err = o.list()
	}
	if err != nil {
		name, _, _ := strings.Cut(prog, " ")
		fmt.Fprintf(os.Stderr, "%s: %v\n", name, err)
		return 1
	}
	return 0
}

// list takes a scan and prints what was asked for of it.
func (o *Options) list() error {
	choice, err := parseFilter(o.Filter)
	if err != nil {
		return err
	}
	v, err := o.look()
	if err != nil {
		return err
	}
	list := v.rows()
	if o.Namespace != 0 {
		var ok bool
		if list, ok = v.members(o.Namespace); !ok {
			return fmt.Errorf("not found namespace: %d", o.Namespace)
		}
	}
	t := o.table("namespaces", o.headings())
	for _, r := range v.tree(choice.among(v, list)) {
		t.Rows = append(t.Rows, v.line(r, o.branching()))
	}
	v.tellUnread()
	return t.Write(os.Stdout)
}

// look scans the host. Of the processes, all is wanted only if they are listed.
func (o *Options) look() (*view, error) {
	wanted := o.Types
	if wanted == 0 {
		wanted = ns.All
	}
	scan := func() (*ns.Snapshot, error) { return ns.ScanLean(wanted) }
	if o.Namespace != 0 {
		scan = ns.Scan
	}
	s, err := scan()
	if err != nil {
		return nil, err
	}
	v := &view{s: s, o: o, users: map[uint32]string{}, ids: &netIDs{fd: -1}}
	if id, err := ns.IDOf(0, ns.Mount); err == nil {
		v.here = id.Ino
	}
	return v, nil
}

// line is a row of the table with those below it.
func (v *view) line(r *row, branching bool) *table.Row {
	line := &table.Row{Cells: make([]string, len(v.o.Columns))}
	for i, c := range v.o.Columns {
		line.Cells[i], _ = v.cell(c, r)
	}
	for _, below := range r.children {
		if branching {
			line.Children = append(line.Children, v.line(below, true))
		}
	}
	return line
}

// tellUnread says at a terminal, where no script reads it, what is missing.
func (v *view) tellUnread() {
	if n := v.s.Unread.Namespaces; n > 0 && os.Geteuid() != 0 && term.IsTerminal(2) {
		fmt.Fprintf(os.Stderr, "note: the namespaces of %d processes of other users are not listed: only root sees them\n", n)
	}
}

func (o *Options) table(name string, columns []table.Column) *table.Table {
	t := &table.Table{
		Name: name, Columns: columns, NoHeadings: o.NoHeadings, Raw: o.Raw, JSON: o.JSON,
		NoTruncate: o.NoTruncate, NoWrap: o.NoWrap, ASCII: table.ASCII(os.Getenv), Width: table.TerminalWidth(os.Stdout),
	}
	if o.ListColumns {
		for i := range columnTable {
			c := &columnTable[i]
			kind := "<string>"
			if c.number {
				kind = "<number>"
			}
			t.Rows = append(t.Rows, &table.Row{Cells: []string{c.name, kind, c.help}})
		}
	}
	return t
}

// help are the headings of the list of columns.
func help() []table.Column {
	return []table.Column{{Name: "HOLDER"}, {Name: "TYPE"}, {Name: "DESCRIPTION"}}
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
		list[i] = table.Column{Name: c.String(), Right: columnTable[c].number, Truncate: c == Command, Wrap: c == NSFS, Tree: !o.List && c == branches, Hint: columnTable[c].hint}
		if columnTable[c].number {
			list[i].JSON = table.Number
		}
		if list[i].Tree && c == NS {
			list[i].Right = false
		}
		if c == NetNSID {
			list[i].Right = true
		}
	}
	return list
}
