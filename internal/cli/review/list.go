package review

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"time"

	"isle/internal/review"
	"isle/internal/table"
)

// entry is a review in a list.
type entry struct {
	Name    string    `json:"name"`
	State   string    `json:"state"`
	Changes *int      `json:"changes"` // as many as there were when the program ended, null before
	Started time.Time `json:"started"`
	Command []string  `json:"command"`
}

func list(c *call) error {
	names, err := c.store.Names()
	if err != nil {
		return err
	}
	entries := []entry{}
	for _, name := range names {
		r, err := c.store.Peek(name)
		if err != nil {
			entries = append(entries, entry{Name: name, State: "broken"})
			continue
		}
		e := entry{Name: name, State: "ended", Started: r.Started, Command: r.Command}
		if r.Sealed {
			n := len(r.Base)
			e.Changes, e.State = &n, "pending"
		}
		if r.Running() {
			e.State = "running"
		}
		entries = append(entries, e)
	}
	if c.on["json"] {
		return writeJSON(os.Stdout, entries)
	}
	t := newTable(os.Stdout, table.Column{Name: "NAME"}, table.Column{Name: "STATE"}, table.Column{Name: "CHANGES", Right: true},
		table.Column{Name: "STARTED"}, table.Column{Name: "COMMAND", Truncate: true})
	for _, e := range entries {
		changes := ""
		if e.Changes != nil {
			changes = strconv.Itoa(*e.Changes)
		}
		t.Rows = append(t.Rows, &table.Row{Cells: []string{e.Name, e.State, changes, e.Started.Format("2006-01-02 15:04"), strings.Join(e.Command, " ")}})
	}
	return t.Write(os.Stdout)
}

func newTable(f *os.File, columns ...table.Column) *table.Table {
	return &table.Table{Columns: columns, ASCII: table.ASCII(os.Getenv), Colour: table.Coloured(f), Width: table.TerminalWidth(f)}
}

// letters stand for the kinds in a list.
var letters = [...]struct {
	kind          review.Kind
	letter, style string
}{{review.Created, "A", "32"}, {review.Changed, "M", "33"}, {review.Deleted, "D", "31"}}

// writeList lists changes for people, with numbers from 1.
func writeList(f *os.File, changes []*review.Change) error {
	t := newTable(f, table.Column{Name: "N", Right: true}, table.Column{Name: ""}, table.Column{Name: "TYPE"},
		table.Column{Name: "SIZE", Right: true}, table.Column{Name: "PATH"}, table.Column{Name: "NOTE"})
	t.NoTruncate = true
	for i, c := range changes {
		row := &table.Row{Cells: []string{strconv.Itoa(i + 1), "", c.Type, sizeOf(c), c.Path, note(c)}, Styles: make([]string, 6)}
		for _, l := range letters {
			if l.kind == c.Kind {
				row.Cells[1], row.Styles[1] = l.letter, l.style
			}
		}
		if len(c.Special) > 0 || c.Reason != "" {
			row.Styles[5] = "1;31"
		}
		t.Rows = append(t.Rows, row)
	}
	return t.Write(f)
}

func sizeOf(c *review.Change) string {
	if c.Kind == review.Deleted {
		return size(c.Before)
	}
	if c.Type != "file" {
		return ""
	}
	return size(c.Size)
}

// size is a number of bytes in at most five characters.
func size(n int64) string {
	if n < 1024 {
		return strconv.FormatInt(n, 10)
	}
	value, unit := float64(n)/1024, 0
	for value >= 1024 {
		value, unit = value/1024, unit+1
	}
	return fmt.Sprintf("%.1f%c", value, "KMGTPE"[unit])
}

// note says what there is to know of a change beside its path.
func note(c *review.Change) string {
	var parts []string
	add := func(when bool, text string) {
		if when {
			parts = append(parts, text)
		}
	}
	add(c.Reason != "", "CANNOT BE APPLIED: "+c.Reason)
	add(len(c.Special) > 0, "SPECIAL: "+strings.Join(c.Special, ", "))
	add(c.Was != "", "was a "+c.Was)
	add(len(c.What) > 0 && c.Was == "", strings.Join(c.What, ", "))
	add(c.Kind == review.Changed && c.Before != c.Size, "was "+size(c.Before))
	add(c.Entries > 0, fmt.Sprintf("with %d in it", c.Entries))
	add(c.Type == "link" && c.Link != "", "to "+c.Link)
	add(c.Names > 1, fmt.Sprintf("the other %d names keep what was", c.Names-1))
	return strings.Join(parts, "; ")
}

// writeJSON prints a value; what a terminal would take for a command or for a
// change of direction is escaped.
func writeJSON(w io.Writer, v any) error {
	data, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return err
	}
	var b strings.Builder
	for _, r := range string(data) {
		if r >= 0x7f && table.Safe(string(r)) != string(r) {
			fmt.Fprintf(&b, `\u%04x`, r)
			continue
		}
		b.WriteRune(r)
	}
	_, err = fmt.Fprintln(w, b.String())
	return err
}
