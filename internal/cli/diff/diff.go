package diff

import (
	"encoding/json"
	"fmt"
	"os"

	"isle/internal/compare"
	"isle/internal/getopt"
	"isle/internal/inspect"
	"isle/internal/island"
	"isle/internal/table"
	"isle/ns"
)

// Main runs the command and returns its exit status.
func Main(prog string, args []string) int {
	o, err := Parse(prog, args)
	if err != nil {
		return 2 * getopt.Exit(prog, err, os.Stdout, os.Stderr)
	}
	c, err := o.compare()
	if err == nil {
		err = o.write(c)
	}
	if err != nil {
		getopt.Fail(prog, err, os.Stderr)
		return 2
	}
	if !c.Same {
		return 1
	}
	return 0
}

// compare looks at both processes, and at who else is there.
func (o *Options) compare() (*compare.Comparison, error) {
	s, err := ns.Scan()
	if err != nil {
		return nil, err
	}
	chart := island.Group(s)
	a, err := look(chart, o.A)
	if err != nil {
		return nil, err
	}
	b, err := look(chart, o.B)
	if err != nil {
		return nil, err
	}
	return compare.Compare(a, b, s), nil
}

func look(chart *island.Chart, word string) (*inspect.Process, error) {
	pid, err := chart.Lookup(word)
	if err != nil {
		return nil, err
	}
	return inspect.Look(pid)
}

func (o *Options) write(c *compare.Comparison) error {
	if o.JSON {
		e := json.NewEncoder(os.Stdout)
		e.SetIndent("", "  ")
		return e.Encode(c)
	}
	if err := o.table(c).Write(os.Stdout); err != nil {
		return err
	}
	for _, side := range []compare.Side{c.A, c.B} {
		for _, u := range side.Unread {
			fmt.Fprintf(os.Stderr, "note: %s of process %d not compared: %s\n", u.What, side.PID, table.Safe(u.Why))
		}
	}
	return nil
}
