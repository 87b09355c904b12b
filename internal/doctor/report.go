package doctor

import (
	"errors"
	"os"
	"runtime"
	"strings"

	"isle/internal/feature"
)

// State is the answer to a row's question.
type State string

// The three answers.
const (
	Yes     State = "yes"
	No      State = "no"
	Unknown State = "unknown" // it could not be told; the row's detail says why
)

// Row is one feature as it was found.
type Row struct {
	Name string `json:"name"`
	Area string `json:"area"`
	// State is the answer.
	State State `json:"state"`
	// Essential is set if isle's main commands cannot do without it.
	Essential bool `json:"essential"`
	// Detail is a version, a path or a list with yes, and with the other two the reason.
	Detail string `json:"detail,omitempty"`
	// Since is the first kernel that has it ("5.12"), or empty.
	Since string `json:"since,omitempty"`
	// Matters says what in isle needs it.
	Matters string `json:"matters"`
	// Fix are the shell commands, for root, that would bring it, in order.
	Fix []string `json:"fix,omitempty"`
}

// Report is what an examination found, for the user and the privileges that this
// process has.
type Report struct {
	Kernel  string // uname -r
	Machine string // GOARCH
	UID     int    // effective
	Rows    []Row
}

// Examine asks for every feature. It leaves nothing behind, and takes some tens
// of milliseconds.
func Examine() Report {
	r := Report{Kernel: feature.Release(), Machine: runtime.GOARCH, UID: os.Geteuid()}
	for _, p := range feature.All() {
		r.Rows = append(r.Rows, examine(p))
	}
	return r
}

func examine(p *feature.Probe) Row {
	row := Row{
		Name: p.Name, Area: string(p.Area), Essential: p.Essential(),
		Since: p.Since.String(), Matters: p.For, State: Yes,
	}
	detail, err := p.Ask()
	row.Detail = detail
	if missing, ok := errors.AsType[*feature.NotSupportedError](err); ok {
		row.State, row.Detail, row.Fix = No, because(missing), missing.Fix
	} else if err != nil {
		row.State, row.Detail = Unknown, strings.TrimPrefix(err.Error(), "probe "+p.Name+": ")
	}
	return row
}

func because(missing *feature.NotSupportedError) string {
	switch {
	case missing.Reason != "":
		return missing.Reason
	case missing.Since != feature.Version{}:
		return "Linux " + missing.Since.String() + " brings it"
	}
	return "not supported"
}

// Missing are the essential rows whose answer is not yes.
func (r Report) Missing() []Row {
	var rows []Row
	for _, row := range r.Rows {
		if row.Essential && row.State != Yes {
			rows = append(rows, row)
		}
	}
	return rows
}

// ExitStatus is 0 if everything essential is there, and 1 if something essential
// is missing or could not be told.
func (r Report) ExitStatus() int {
	if len(r.Missing()) > 0 {
		return 1
	}
	return 0
}

func (r Report) count(s State) (n int) {
	for _, row := range r.Rows {
		if row.State == s {
			n++
		}
	}
	return n
}
