package conformance

import (
	"errors"
	"reflect"
	"strings"
	"testing"
)

func TestParse(t *testing.T) {
	for _, test := range []struct {
		name, out string
		want      []document
	}{
		{"nothing", "", nil},
		{"no protocol", "ok 1 - before the version line counts for nothing\n", nil},
		{"points and plan", "TAP version 13\nok 1 - one\nnot ok 2 - two\n1..2\n", []document{{
			points: []point{{ok: true, description: "one"}, {description: "two"}}, plan: 2}}},
		{"directives", "TAP version 13\nok 1 # SKIP no kernel for it\nnot ok 2 # TODO some day\n", []document{{
			points: []point{{ok: true, directive: "SKIP", description: "no kernel for it"}, {directive: "TODO", description: "some day"}}, plan: -1}}},
		{"diagnostics go with the point before", "TAP version 13\n# loose\nok 1 - one\n  ---\n  \"error\": \"e\"\n  ...\n", []document{{
			loose: "# loose\n", points: []point{{ok: true, description: "one", diagnostic: "  ---\n  \"error\": \"e\"\n  ...\n"}}, plan: -1}}},
		{"several documents", "TAP version 13\nok 1 - one\n1..1\nTAP version 13\n1..0\n", []document{{
			points: []point{{ok: true, description: "one"}}, plan: 1}, {plan: 0}}},
		{"what is no protocol is passed over", "TAP version 13\nstat /x: no such file\nokay\nok\n1..many\nok 1 - one\n", []document{{
			points: []point{{ok: true, description: "one"}}, plan: -1}}},
		{"no line end", "TAP version 13\nok 1 - one", []document{{points: []point{{ok: true, description: "one"}}, plan: -1}}},
	} {
		if got := parse(test.out); !reflect.DeepEqual(got, test.want) {
			t.Errorf("%s: got %+v, want %+v", test.name, got, test.want)
		}
	}
}

// Each is a way in which a program of the suite was seen to end.
func TestJudge(t *testing.T) {
	for _, test := range []struct {
		name, out string
		err       error
		fault     string // part of it, empty if it passes
	}{
		{name: "passes", out: "TAP version 13\nok 1 - one\n1..1\n"},
		{name: "prints nothing and ends well"},
		{name: "skips", out: "TAP version 13\nok 1 # SKIP\n1..1\n"},
		{name: "says what is to be done", out: "TAP version 13\nnot ok 1 # TODO it\n1..1\n"},
		{name: "fails a point", out: "TAP version 13\nnot ok 1 - one\n# expect: 1, actual: 2\n1..1\n", fault: "one # expect: 1, actual: 2"},
		{name: "fails a point of the first document", out: "TAP version 13\nnot ok 1 - one\n1..1\nTAP version 13\nok 1 - two\n1..1\n", fault: "one"},
		{name: "has an error and no point", out: "TAP version 13\n  ---\n  \"error\": \"late\"\n  ...\n1..0\n", fault: "late"},
		{name: "has an error below a point that is ok", out: "TAP version 13\nok 1 - one\n  \"error\": \"wanted\"\n1..1\n"},
		{name: "ends before its plan", out: "TAP version 13\nok 1 - one\n1..2\n", fault: "1 points where the plan says 2"},
		{name: "ends without a plan", out: "TAP version 13\nok 1 - one\n", fault: "without a plan"},
		{name: "exits with a status", out: "TAP version 13\nok 1 - one\n1..1\n", err: errors.New("exit status 1"), fault: "exit status 1"},
		{name: "fails a point and dies of it", out: "TAP version 13\nnot ok 1 - one\n", err: errors.New("exit status 1"), fault: "one"},
	} {
		r := judge(outcome{stdout: test.out, err: test.err})
		if r.Passed != (test.fault == "") || !strings.Contains(r.Fault, test.fault) {
			t.Errorf("a program that %s: got %+v, want the fault %q", test.name, r, test.fault)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add("TAP version 13\n# loose\nok 1 - one\nnot ok 2 # TODO two\n  ---\n  \"error\": \"e\"\n  ...\n1..2\n")
	f.Add("TAP version 13\n1..99999999999999999999\nnot ok\n")
	f.Fuzz(func(t *testing.T, out string) {
		points := 0
		for _, d := range parse(out) {
			points += len(d.points)
			d.faults()
			d.cut()
		}
		if lines := strings.Count(out, "ok "); points > lines {
			t.Errorf("%d points of %d lines that could be one", points, lines)
		}
	})
}
