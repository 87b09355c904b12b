package report

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// The outcomes of a test.
const (
	Passed  = "pass"
	Failed  = "fail"
	Skipped = "skip"
)

// A Test is what came of one test, or of one part of it, in one world.
type Test struct {
	Package string // without the module's name
	Name    string
	Outcome string
	Output  []string // what it said, without the lines that frame it
}

// module is cut off the names of packages.
const module = "isle/"

// event is a line of go test -json.
type event struct{ Action, Package, Test, Output string }

// Read returns the outcome of each test of a stream of events. A test that began
// and has no end counts as failed.
func Read(r io.Reader) ([]Test, error) {
	var tests []*Test
	index := map[[2]string]*Test{}
	events := json.NewDecoder(r)
	for {
		var e event
		if err := events.Decode(&e); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return nil, fmt.Errorf("read the events of go test -json: %w", err)
		}
		if e.Test == "" {
			continue
		}
		key := [2]string{strings.TrimPrefix(e.Package, module), e.Test}
		t := index[key]
		if t == nil {
			t = &Test{Package: key[0], Name: e.Test, Outcome: Failed}
			index[key] = t
			tests = append(tests, t)
		}
		t.see(e)
	}
	return values(tests), nil
}

// see adds what an event tells.
func (t *Test) see(e event) {
	switch line := strings.TrimRight(e.Output, "\n"); {
	case e.Action == Passed, e.Action == Failed, e.Action == Skipped:
		t.Outcome = e.Action
	case e.Action == "output" && !framing(line):
		t.Output = append(t.Output, line)
	}
}

// framing says whether a line of output is go test's own.
func framing(line string) bool {
	line = strings.TrimSpace(line)
	return slices.ContainsFunc([]string{"=== ", "--- PASS:", "--- FAIL:", "--- SKIP:"}, func(p string) bool {
		return strings.HasPrefix(line, p)
	})
}

func values(tests []*Test) []Test {
	all := make([]Test, len(tests))
	for i, t := range tests {
		all[i] = *t
	}
	return all
}

// Reason is the last line that a test said, which for one that was skipped is why.
func (t Test) Reason() string {
	if len(t.Output) == 0 {
		return "it does not say why"
	}
	return strings.TrimSpace(t.Output[len(t.Output)-1])
}
