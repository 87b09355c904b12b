package audit

import (
	"fmt"
	"os"
	"strconv"

	"isle/internal/audit"
	"isle/internal/island"
	"isle/internal/table"
)

// summary is the score of an island.
type summary struct {
	Island string  `json:"island"` // the ID
	Name   string  `json:"name"`
	Engine string  `json:"engine,omitempty"`
	PID    int     `json:"pid"`
	Score  float64 `json:"score"`
	Grade  string  `json:"grade"`
	Judged float64 `json:"judged"`
	Worst  string  `json:"worst"` // the finding that adds most
}

// list audits the oldest process of every island, stopping none, and says
// whether any but the host is above the bound.
func (o *Options) list() (above bool, err error) {
	chart, err := islands()
	if err != nil {
		return false, err
	}
	all, auditor := []summary{}, audit.New()
	for _, i := range chart.Islands {
		r, err := auditor.Look(i.Top, audit.Options{NoStop: true})
		if err != nil {
			continue // it ended meanwhile
		}
		s := summary{i.ID, i.Name, i.Engine, i.Top, r.Score, r.Grade, r.Judged, ""}
		if len(r.Findings) > 0 {
			s.Worst = r.Findings[0].Title
		}
		all = append(all, s)
		above = above || i.Sort != island.Host && r.Score > o.FailAbove
	}
	switch {
	case o.Quiet:
	case o.JSON:
		err = writeJSON(struct {
			Schema  int       `json:"schema"`
			Islands []summary `json:"islands"`
			Hidden  int       `json:"hidden"`
		}{1, all, len(chart.Hidden)})
	default:
		err = summaries(all, chart).Write(os.Stdout)
		if n := len(chart.Hidden); n > 0 {
			fmt.Fprintf(os.Stderr, "note: %d of the processes may not be looked into by this user, and are left out\n", n)
		}
	}
	return above, err
}

func summaries(all []summary, chart *island.Chart) *table.Table {
	t := &table.Table{
		Columns: []table.Column{{Name: "ISLAND", Tree: true}, {Name: "MADE BY"}, {Name: "PID", Right: true}, {Name: "SCORE", Right: true}, {Name: "GRADE"}, {Name: "WORST FINDING", Truncate: true}},
		ASCII:   table.ASCII(os.Getenv), Width: table.TerminalWidth(os.Stdout), Colour: table.Coloured(os.Stdout),
	}
	rows := map[string]*table.Row{}
	for _, s := range all {
		r := &table.Row{
			Cells:  []string{s.Name, s.Engine, strconv.Itoa(s.PID), score(s.Score), s.Grade, s.Worst},
			Styles: []string{"1", "2", "", colour(s.Score), colour(s.Score)},
		}
		rows[s.Island] = r
		if up := rows[chart.Find(s.Island).Parent]; up != nil {
			up.Children = append(up.Children, r)
		} else {
			t.Rows = append(t.Rows, r)
		}
	}
	return t
}

func score(s float64) string { return strconv.FormatFloat(s, 'f', 1, 64) }

// colour goes from green to red.
func colour(score float64) string {
	switch {
	case score < 2.5:
		return "32"
	case score < 6.5:
		return "33"
	}
	return "31"
}
