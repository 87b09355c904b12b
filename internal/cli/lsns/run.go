package lsns

import (
	"fmt"
	"os"

	"golang.org/x/term"

	"isle/internal/getopt"
	"isle/internal/table"
	"isle/internal/username"
	"isle/ns"
)

// Main runs the command and returns its exit status.
func Main(prog string, args []string) int {
	o, err := Parse(prog, args)
	if err != nil {
		return getopt.Exit(prog, err, os.Stdout, os.Stderr)
	}
	if o.ListColumns {
		err = o.listColumns().Write(os.Stdout)
	} else {
		err = o.list()
	}
	if err != nil {
		getopt.Fail(prog, err, os.Stderr)
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
		t.Rows = append(t.Rows, v.line(r))
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
	v := &view{s: s, o: o, users: username.Names{}, ids: &netIDs{fd: -1}}
	if id, err := ns.IDOf(0, ns.Mount); err == nil {
		v.here = id.Ino
	}
	return v, nil
}

// line is a row of the table with those below it.
func (v *view) line(r *row) *table.Row {
	line := &table.Row{Cells: make([]string, len(v.o.Columns))}
	for i, c := range v.o.Columns {
		line.Cells[i], _ = v.cell(c, r)
	}
	for _, below := range r.children {
		line.Children = append(line.Children, v.line(below))
	}
	return line
}

// tellUnread says at a terminal, where no script reads it, what is missing.
func (v *view) tellUnread() {
	if n := v.s.Unread.Namespaces; n > 0 && os.Geteuid() != 0 && term.IsTerminal(2) {
		fmt.Fprintf(os.Stderr, "note: the namespaces of %d processes of other users are not listed: only root sees them\n", n)
	}
}
