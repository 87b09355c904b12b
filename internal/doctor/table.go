package doctor

import (
	"bytes"
	"fmt"
	"io"
	"strings"
)

// color is the SGR code of a state (ECMA-48): green, red, yellow.
func (s State) color() string {
	switch s {
	case Yes:
		return "32"
	case No:
		return "31"
	}
	return "33"
}

// Table writes the report for people: the rows by area, then the commands that
// would mend what is missing, and a summary as its last line. With color it
// writes ANSI colours; whether to is the caller's to know.
func (r Report) Table(w io.Writer, color bool) error {
	t := &table{color: color, width: r.width()}
	t.printf("%s on %s, as %s\n", "Linux "+r.Kernel, r.Machine, r.who())
	area := ""
	for _, row := range r.Rows {
		if row.Area != area {
			area = row.Area
			t.printf("\n%s\n", t.paint("1", area))
		}
		t.row(row)
	}
	t.fixes(r.Rows)
	t.printf("\n%s\n", t.paint("1", r.summary()))
	_, err := w.Write(t.Bytes())
	return err
}

func (r Report) who() string {
	if r.UID == 0 {
		return "root"
	}
	return fmt.Sprintf("user %d", r.UID)
}

// width is that of the longest name.
func (r Report) width() (n int) {
	for _, row := range r.Rows {
		n = max(n, len(row.Name))
	}
	return n
}

type table struct {
	bytes.Buffer
	color bool
	width int
}

func (t *table) printf(format string, args ...any) { fmt.Fprintf(t, format, args...) }

func (t *table) paint(code, s string) string {
	if !t.color {
		return s
	}
	return "\x1b[" + code + "m" + s + "\x1b[0m"
}

// row writes a line; for what is missing also, below it, what needs it.
func (t *table) row(row Row) {
	state := t.paint(row.State.color(), fmt.Sprintf("%-7s", row.State))
	line := fmt.Sprintf("  %s  %-*s  %4s  %s", state, t.width, row.Name, row.Since, row.Detail)
	t.printf("%s\n", strings.TrimRight(line, " "))
	if row.State == Yes {
		return
	}
	label := "for"
	if row.Essential {
		label = t.paint("1", "needed") + " for"
	}
	t.printf("  %-7s  %-*s        %s %s\n", "", t.width, "", label, row.Matters)
}

// fixes writes the commands, each list of them once, under the names of what
// they bring.
func (t *table) fixes(rows []Row) {
	var order []string
	brings := map[string][]string{}
	for _, row := range rows {
		if commands := strings.Join(row.Fix, "\n"); commands != "" {
			if brings[commands] == nil {
				order = append(order, commands)
			}
			brings[commands] = append(brings[commands], row.Name)
		}
	}
	if len(order) == 0 {
		return
	}
	t.printf("\n%s\n", t.paint("1", "What would mend it, run as root"))
	for _, commands := range order {
		t.printf("\n# %s\n%s\n", strings.Join(brings[commands], ", "), commands)
	}
}

// summary is one line: how many features there are, and whether isle can work.
func (r Report) summary() string {
	s := fmt.Sprintf("%d of %d features here", r.count(Yes), len(r.Rows))
	if n := r.count(Unknown); n > 0 {
		s += fmt.Sprintf(", %d could not be told", n)
	}
	missing := r.Missing()
	if len(missing) == 0 {
		return s + "; all that isle needs is among them."
	}
	var names []string
	for _, row := range missing {
		names = append(names, row.Name)
	}
	return s + "; isle needs and lacks " + strings.Join(names, ", ") + "."
}
