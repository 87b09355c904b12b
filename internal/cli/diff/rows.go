package diff

import (
	"fmt"
	"os"
	"strconv"

	"isle/internal/compare"
	"isle/internal/table"
)

// most is how many rows of a section are printed without --all.
const most = 12

// table shows a comparison: a row a section, and below it what differs.
func (o *Options) table(c *compare.Comparison) *table.Table {
	t := &table.Table{
		Columns: []table.Column{
			{Name: "WHAT", Tree: true}, {Name: ""},
			{Name: heading(c.A), Truncate: !o.All}, {Name: heading(c.B), Truncate: !o.All},
		},
		NoHeadings: o.NoHeadings, ASCII: table.ASCII(os.Getenv), Colour: table.Coloured(os.Stdout),
		Width: table.TerminalWidth(os.Stdout), NoTruncate: o.All,
	}
	for _, s := range c.Sections {
		t.Rows = append(t.Rows, o.section(&s))
	}
	return t
}

// heading names a process, by the beginning of its command.
func heading(s compare.Side) string {
	const most = 40
	return cut(fmt.Sprintf("%d %s", s.PID, s.Command), most)
}

// cut shortens a text to so many characters, and says so.
func cut(s string, most int) string {
	mark := "…"
	if table.ASCII(os.Getenv) {
		mark = "..."
	}
	text := []rune(s)
	if len(text) <= most {
		return s
	}
	return string(text[:most-len([]rune(mark))]) + mark
}

func (o *Options) section(s *compare.Section) *table.Row {
	r := &table.Row{Cells: []string{s.Title, answer(s)}, Styles: []string{"1", colour(s)}}
	if s.Namespace && !s.Shared {
		r.Cells = append(r.Cells, inode(s.A), inode(s.B))
		r.Styles = append(r.Styles, "2", "2")
	}
	for n, d := range s.Rows {
		if n == most && !o.All && len(s.Rows) > most+1 {
			r.Children = append(r.Children, &table.Row{Cells: []string{fmt.Sprintf("and %d more: --all", len(s.Rows)-most)}, Styles: []string{"2"}})
			break
		}
		r.Children = append(r.Children, &table.Row{Cells: []string{d.What, "", o.cell(d.A), o.cell(d.B)}})
	}
	return r
}

// answer says in a word how the two stand.
func answer(s *compare.Section) string {
	switch {
	case s.Hidden:
		return "hidden"
	case s.Namespace && s.Shared:
		return "shared"
	case s.Namespace:
		return "apart"
	case s.Shared:
		return "equal"
	}
	return "differ"
}

func colour(s *compare.Section) string {
	if s.Shared {
		return "2"
	}
	return "33"
}

func inode(n uint64) string {
	if n == 0 {
		return "-"
	}
	return strconv.FormatUint(n, 10)
}

// longest is how many characters a cell has without --all.
const longest = 60

// cell is a value as the table shows it.
func (o *Options) cell(s string) string {
	if s == "" {
		return "-"
	}
	if o.All {
		return s
	}
	return cut(s, longest)
}
