package review

import (
	"fmt"
	"io"
	"os"
	"strings"

	"isle/internal/review"
	"isle/internal/table"
)

// report is a review in JSON.
type report struct {
	Name    string           `json:"name"`
	Command []string         `json:"command"`
	Changes []*review.Change `json:"changes"`
}

func show(c *call) error {
	changes, err := c.review.Changes()
	if err != nil {
		return err
	}
	if changes, err = chosen(changes, c.operands[1:]); err != nil {
		return err
	}
	switch {
	case c.on["json"]:
		return writeReport(os.Stdout, c.review, changes)
	case c.on["diff"]:
		return writeDiffs(os.Stdout, c.review, changes)
	}
	return writeList(os.Stdout, changes)
}

func writeReport(w io.Writer, r *review.Review, changes []*review.Change) error {
	if changes == nil {
		changes = []*review.Change{}
	}
	return writeJSON(w, report{r.Name, r.Command, changes})
}

func chosen(changes []*review.Change, patterns []string) ([]*review.Change, error) {
	if len(patterns) == 0 {
		return changes, nil
	}
	list, err := review.Selection(changes, patterns)
	if err == nil && len(list) == 0 && len(changes) > 0 {
		err = fmt.Errorf("no change matches %s", strings.Join(patterns, " "))
	}
	return list, err
}

// writeDiffs prints what is different, line by line safe for a terminal.
func writeDiffs(w io.Writer, r *review.Review, changes []*review.Change) error {
	for _, c := range changes {
		text, err := r.Diff(c)
		if err != nil {
			return err
		}
		if text == "" {
			text = table.Safe(strings.TrimSuffix(fmt.Sprintf("%s %s: %s: %s", c.Type, c.Path, c.Kind, note(c)), ": ")) + "\n"
		}
		for _, line := range strings.SplitAfter(text, "\n") {
			if _, err := io.WriteString(w, safeLine(line)); err != nil {
				return err
			}
		}
	}
	return nil
}

// safeLine leaves ends of lines and tabs as they are and all else as a table
// for people has it.
func safeLine(line string) string {
	body, end := strings.TrimSuffix(line, "\n"), ""
	if body != line {
		end = "\n"
	}
	fields := strings.Split(body, "\t")
	for i, f := range fields {
		fields[i] = table.Safe(f)
	}
	return strings.Join(fields, "\t") + end
}

// result is what became of a change, in JSON.
type result struct {
	Path    string      `json:"path"`
	Change  review.Kind `json:"change"`
	Applied bool        `json:"applied"`
	Error   string      `json:"error,omitempty"`
}

func apply(c *call) error {
	changes, err := c.review.Changes()
	if err != nil {
		return err
	}
	list, err := chosen(changes, c.operands[1:])
	if err != nil {
		return err
	}
	outcomes, err := c.review.Apply(changes, list, review.Options{Special: c.on["special"]})
	if err != nil {
		return err
	}
	results := []result{}
	for _, o := range outcomes {
		line := result{Path: o.Path, Change: o.Kind, Applied: o.Err == nil}
		if o.Err != nil {
			line.Error, c.exit = o.Err.Error(), 1
		}
		results = append(results, line)
	}
	if c.on["json"] {
		err = writeJSON(os.Stdout, results)
	} else {
		writeOutcomes(os.Stderr, outcomes)
	}
	if _, e := dropIfDone(c.review); err == nil {
		err = e
	}
	return err
}

// writeOutcomes says how many changes were applied, and why others were not.
func writeOutcomes(w io.Writer, outcomes []review.Outcome) {
	applied := 0
	for _, o := range outcomes {
		if o.Err == nil {
			applied++
			continue
		}
		fmt.Fprintf(w, "isle: not applied: %s: %s\n", table.Safe(o.Path), table.Safe(o.Err.Error()))
	}
	fmt.Fprintf(w, "isle: %d of %d changes applied\n", applied, len(outcomes))
}

// dropIfDone forgets a review of which nothing is left to be applied.
func dropIfDone(r *review.Review) (left []*review.Change, err error) {
	if left, err = r.Changes(); err != nil || len(left) > 0 {
		return left, err
	}
	return nil, r.Drop()
}

func drop(c *call) error {
	r, err := c.store.Peek(c.operands[0])
	if err == nil && len(r.Users) > 0 && !c.inside {
		c.exit = goInside(c.prog, r, c.store, c.words)
		return nil
	}
	return c.store.Remove(c.operands[0])
}
