package audit

import (
	"bufio"
	"fmt"
	"os"
	"strconv"
	"strings"

	"isle/internal/audit"
	"isle/internal/table"
)

// paper is where a report is written.
type paper struct {
	*bufio.Writer
	width  int
	colour bool
}

// narrowest and widest are how many cells a line of text may have.
const (
	narrowest = 40
	widest    = 100
)

// write prints a report for people.
func (o *Options) write(r *audit.Report) error {
	width := table.TerminalWidth(os.Stdout)
	if width == 0 {
		width = widest
	}
	p := &paper{bufio.NewWriter(os.Stdout), min(max(width, narrowest), widest), table.Coloured(os.Stdout)}
	fmt.Fprintf(p, "%d %s\n%s of 10: %s", r.PID, table.Safe(r.Command), p.styled(score(r.Score), "1;"+colour(r.Score)), p.styled(r.Grade, colour(r.Score)))
	if r.Judged < 1 {
		fmt.Fprintf(p, " (%.0f %% of the rules' weight could be judged)", 100*r.Judged)
	}
	fmt.Fprintln(p)
	for _, f := range r.Findings {
		p.finding(strconv.FormatFloat(f.Points, 'f', 2, 64), &f, true)
	}
	if o.All {
		for _, f := range r.Unknown {
			p.finding("   ?", &f, false)
		}
		for _, f := range r.Passed {
			p.finding("  ok", &f, false)
		}
	}
	return p.Flush()
}

// finding prints one with what is to be said of it.
func (p *paper) finding(mark string, f *audit.Finding, whole bool) {
	fmt.Fprintf(p, "\n%5s  %s %s\n", mark, p.styled(f.Title, "1"), p.styled("["+f.ID+"]", "2"))
	p.paragraph("", f.Evidence)
	if !whole {
		return
	}
	p.paragraph("", f.Why)
	if f.Isle != "" {
		p.paragraph("isle: ", f.Isle)
	}
	if f.Engine != "" {
		p.paragraph("docker, podman: ", f.Engine)
	}
}

// indent is how far a paragraph is from the margin.
const indent = 7

// paragraph prints words on as many lines as they need.
func (p *paper) paragraph(label, text string) {
	line := strings.Repeat(" ", indent) + p.styled(strings.TrimSuffix(label, " "), "36")
	used, first := indent+len(label), label == ""
	if label != "" {
		line += " "
	}
	for _, word := range strings.Fields(table.Safe(text)) {
		n := len([]rune(word))
		if !first && used+n > p.width && used > indent {
			fmt.Fprintln(p, strings.TrimRight(line, " "))
			line, used = strings.Repeat(" ", indent), indent
		}
		line, used, first = line+word+" ", used+n+1, false
	}
	fmt.Fprintln(p, strings.TrimRight(line, " "))
}

func (p *paper) styled(text, style string) string {
	if !p.colour || text == "" {
		return text
	}
	return "\x1b[" + style + "m" + text + "\x1b[0m"
}

// brief is a table of a line a finding.
func (o *Options) brief(r *audit.Report) *table.Table {
	t := &table.Table{
		Columns: []table.Column{{Name: "POINTS", Right: true}, {Name: "RULE"}, {Name: "FINDING"}, {Name: "EVIDENCE", Truncate: true}},
		ASCII:   table.ASCII(os.Getenv), Width: table.TerminalWidth(os.Stdout), Colour: table.Coloured(os.Stdout),
	}
	add := func(mark string, list []audit.Finding) {
		for _, f := range list {
			points := mark
			if mark == "" {
				points = strconv.FormatFloat(f.Points, 'f', 2, 64)
			}
			t.Rows = append(t.Rows, &table.Row{Cells: []string{points, f.ID, f.Title, f.Evidence}, Styles: []string{"1", "2"}})
		}
	}
	add("", r.Findings)
	if o.All {
		add("?", r.Unknown)
		add("ok", r.Passed)
	}
	t.Rows = append(t.Rows, &table.Row{Cells: []string{score(r.Score), "", r.Grade}, Styles: []string{colour(r.Score), "", colour(r.Score)}})
	return t
}
