package ls

import (
	"os"
	"strconv"
	"strings"

	"isle/internal/island"
	"isle/internal/table"
	"isle/internal/username"
	"isle/ns"
)

// columns are those of the table.
var columns = []table.Column{{Name: "ISLAND", Tree: true}, {Name: "MADE BY"}, {Name: "APART"}, {Name: "SHARES"}, {Name: "PROCS", Right: true}, {Name: "PID", Right: true}, {Name: "USER"}, {Name: "COMMAND", Truncate: true}}

// listing makes a table of islands.
type listing struct {
	o     *Options
	chart *island.Chart
	s     *ns.Snapshot
	users username.Names
	names map[string]string // of islands, by ID
}

func (l *listing) table(list []*island.Island) *table.Table {
	t := &table.Table{
		Columns: columns, NoHeadings: l.o.NoHeadings, ASCII: table.ASCII(os.Getenv),
		Width: table.TerminalWidth(os.Stdout), Colour: table.Coloured(os.Stdout),
	}
	l.names = map[string]string{}
	for _, i := range l.chart.Islands {
		l.names[i.ID] = i.Name
	}
	rows := map[string]*table.Row{}
	for _, i := range list {
		r := l.row(i)
		rows[i.ID] = r
		if l.o.Processes {
			r.Children = append(r.Children, l.processes(i)...)
		}
		if above := rows[i.Parent]; above != nil {
			above.Children = append(above.Children, r)
		} else {
			t.Rows = append(t.Rows, r)
		}
	}
	return t
}

// row is the line of an island.
func (l *listing) row(i *island.Island) *table.Row {
	madeBy := i.Engine
	if i.Sort == island.Host {
		madeBy = "(host)"
	}
	return &table.Row{
		Cells: []string{
			i.Name, madeBy, kinds(i.Apart), l.shares(i), strconv.Itoa(len(i.Processes)),
			strconv.Itoa(i.Top), l.users.Of(i.UID), i.Command,
		},
		Styles: style(i),
	}
}

// style is that of an island's cells: what it is in bold, what is secondary dim.
func style(i *island.Island) []string {
	name := "1"
	switch i.Sort {
	case island.Container:
		name = "1;36"
	case island.Unit:
		name = "32"
	case island.Sandbox:
		name = "1;33"
	}
	return []string{name, "2", "", "35", "", "", "", "2"}
}

// processes are the lines of an island's processes.
func (l *listing) processes(i *island.Island) (rows []*table.Row) {
	for _, pid := range i.Processes {
		p := l.s.Process(pid)
		if p == nil {
			continue
		}
		rows = append(rows, &table.Row{
			Cells:  []string{p.Comm, "", "", "", "", strconv.Itoa(pid), l.users.Of(p.UID), p.ReadCommand()},
			Styles: []string{"2", "", "", "", "", "2", "2", "2"},
		})
	}
	return rows
}

// kinds are the short names, as the kernel's files have them.
func kinds(s ns.Set) string {
	var names []string
	for _, k := range s.Kinds() {
		names = append(names, k.File())
	}
	return strings.Join(names, " ")
}

// most is how many islands the column SHARES names.
const most = 2

// shares says what the island has in common with those beside it.
func (l *listing) shares(i *island.Island) string {
	var parts []string
	for n, share := range i.Shares {
		if n == most {
			parts = append(parts, "and "+strconv.Itoa(len(i.Shares)-most)+" more")
			break
		}
		parts = append(parts, kinds(share.Kinds)+" with "+l.names[share.Island])
	}
	return strings.Join(parts, ", ")
}
