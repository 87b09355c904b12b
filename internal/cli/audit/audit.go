package audit

import (
	"encoding/json"
	"os"

	"isle/internal/audit"
	"isle/internal/getopt"
	"isle/internal/island"
	"isle/ns"
)

// Main runs the command and returns its exit status.
func Main(prog string, args []string) int {
	o, err := Parse(prog, args)
	if err != nil {
		return 2 * getopt.Exit(prog, err, os.Stdout, os.Stderr)
	}
	above := false
	if o.Who == "" {
		above, err = o.list()
	} else {
		above, err = o.one()
	}
	if err != nil {
		getopt.Fail(prog, err, os.Stderr)
		return 2
	}
	if above {
		return 1
	}
	return 0
}

// islands scans the host.
func islands() (*island.Chart, error) {
	s, err := ns.Scan()
	if err != nil {
		return nil, err
	}
	return island.Group(s), nil
}

// one audits a process, and says whether its score is above the bound.
func (o *Options) one() (above bool, err error) {
	pid, err := o.find()
	if err != nil {
		return false, err
	}
	r, err := audit.Look(pid, audit.Options{NoStop: o.NoStop})
	if err != nil {
		return false, err
	}
	switch {
	case o.Quiet:
	case o.JSON:
		err = writeJSON(r)
	case o.Brief:
		err = o.brief(r).Write(os.Stdout)
	default:
		err = o.write(r)
	}
	return r.Score > o.FailAbove, err
}

// find looks the process up, without a scan if its pid was given.
func (o *Options) find() (pid int, err error) {
	if pid, err = new(island.Chart).Lookup(o.Who); err == nil {
		return pid, nil
	}
	chart, err := islands()
	if err != nil {
		return 0, err
	}
	return chart.Lookup(o.Who)
}

func writeJSON(document any) error {
	e := json.NewEncoder(os.Stdout)
	e.SetIndent("", "  ")
	return e.Encode(document)
}
