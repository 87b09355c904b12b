package ls

import (
	"encoding/json"
	"fmt"
	"io"
	"os"

	"isle/internal/getopt"
	"isle/internal/island"
	"isle/internal/username"
	"isle/ns"
)

// Main runs the command and returns its exit status.
func Main(prog string, args []string) int {
	o, err := Parse(prog, args)
	if err != nil {
		return getopt.Exit(prog, err, os.Stdout, os.Stderr)
	}
	if o.Watch > 0 {
		err = o.watch()
	} else {
		err = o.list(os.Stdout)
	}
	if err != nil {
		getopt.Fail(prog, err, os.Stderr)
		return 1
	}
	return 0
}

// list prints the islands once, and says what could not be seen.
func (o *Options) list(w io.Writer) error {
	l, err := o.look()
	if err != nil {
		return err
	}
	if err := l.write(w); err != nil {
		return err
	}
	if n := len(l.chart.Hidden); n > 0 && !o.JSON {
		fmt.Fprintf(os.Stderr, "note: %s may not be looked into by this user, and are left out\n", count(n))
	}
	return nil
}

func (o *Options) look() (*listing, error) {
	s, err := ns.Scan()
	if err != nil {
		return nil, err
	}
	return &listing{o: o, s: s, chart: island.Group(s), users: username.Names{}}, nil
}

// document is the JSON.
type document struct {
	Schema  int              `json:"schema"` // of this form
	Islands []*island.Island `json:"islands"`
	Hidden  int              `json:"hidden"` // processes that could not be looked into
}

// write prints the islands that were asked for.
func (l *listing) write(w io.Writer) error {
	list, err := l.o.choose(l.chart)
	if err != nil {
		return err
	}
	if !l.o.JSON {
		return l.table(list).Write(w)
	}
	e := json.NewEncoder(w)
	if l.o.Watch == 0 {
		e.SetIndent("", "  ")
	}
	if list == nil {
		list = []*island.Island{}
	}
	return e.Encode(document{1, list, len(l.chart.Hidden)})
}

func count(n int) string {
	if n == 1 {
		return "the namespaces of 1 process"
	}
	return fmt.Sprintf("the namespaces of %d processes", n)
}
