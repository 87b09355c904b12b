package audit

import (
	"math"
	"math/rand/v2"
	"os"
	"strings"
	"testing"

	"isle/internal/inspect"
)

// TestScoreMonotone lowers one verdict at a time, of many at random.
func TestScoreMonotone(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 2000 {
		verdicts := make([]verdict, len(rules))
		for i := range verdicts {
			verdicts[i] = verdict{state(random.IntN(3)), random.Float64(), "x"}
		}
		before := sum(verdicts)
		var points float64
		for _, f := range before.Findings {
			points += f.Points
		}
		if math.Abs(points-before.Score) > 0.4 || before.Score < 0 || before.Score > 10 {
			t.Fatalf("%v points, score %v", points, before.Score)
		}
		i := random.IntN(len(verdicts))
		verdicts[i].badness *= random.Float64()
		if after := sum(verdicts); after.Score > before.Score || after.Judged != before.Judged {
			t.Fatalf("%s lowered: %v, then %v", rules[i].id, before.Score, after.Score)
		}
	}
}

func TestTally(t *testing.T) {
	var a tally
	if v := a.verdict("found", "none"); v.badness != 0 || v.evidence != "none" {
		t.Errorf("%+v", v)
	}
	a.add(0.5, "x")
	a.add(0, "no")
	if a.add(0.5, "y"); a.badness() != 0.75 || len(a.ways) != 2 {
		t.Errorf("%+v", a)
	}
	if a.add(1, "z"); a.badness() != 1 {
		t.Errorf("%+v", a)
	}
}

// TestTable: each rule says what there is to say.
func TestTable(t *testing.T) {
	seen := map[string]bool{}
	for _, r := range rules {
		if seen[r.id] || r.title == "" || r.why == "" || r.weight <= 0 || r.weight > 10 || r.check == nil {
			t.Errorf("%+v", r)
		}
		seen[r.id] = true
	}
}

func TestGrade(t *testing.T) {
	for score, want := range map[float64]string{0: "sealed", 0.4: "sealed", 0.5: "tight", 2.5: "fair", 4.5: "exposed", 6.5: "open", 9: "host", 10: "host"} {
		if got := grade(score); got != want {
			t.Errorf("%v: %s, not %s", score, got, want)
		}
	}
}

// TestHostShell: root of the host is as exposed as can be, an ordinary user
// less, though much.
func TestHostShell(t *testing.T) {
	r, err := Look(shell(t, "", "").pid, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if root := os.Geteuid() == 0; root && (r.Score != 10 || r.Grade != "host" || len(r.Passed)+len(r.Unknown) > 0) || !root && (r.Score < 5 || r.Score > 8.5) {
		t.Errorf("%v: passed %+v, unknown %+v", r, r.Passed, r.Unknown)
	}
	// As the shell, after its exec, or at the moment of it, when there is a name alone.
	if r.Schema != Schema || r.Command != "sh" && !strings.Contains(r.Command, "sleep") {
		t.Errorf("%v", r)
	}
}

// TestUnshare: new namespaces alone, for root, close less than half.
func TestUnshare(t *testing.T) {
	r, err := Look(shell(t, own, "").pid, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if os.Geteuid() == 0 && (r.Score < 5.5 || r.Score > 8) {
		t.Errorf("%v: %+v", r, r.Findings)
	}
}

func TestLookSelf(t *testing.T) {
	r, err := Look(0, Options{})
	if err != nil || r.PID != os.Getpid() {
		t.Fatal(r, err)
	}
}

func TestLookGone(t *testing.T) {
	for _, pid := range []int{1<<22 - 1, -5} {
		if _, err := Look(pid, Options{}); !isGone(err) {
			t.Error(pid, err)
		}
	}
}

func isGone(err error) bool { _, ok := err.(*inspect.GoneError); return ok }

// TestLookLeaksNothing counts the descriptors that are open here.
func TestLookLeaksNothing(t *testing.T) {
	p := shell(t, own, "")
	count := func() int {
		list, err := os.ReadDir("/proc/self/fd")
		if err != nil {
			t.Fatal(err)
		}
		return len(list)
	}
	Look(p.pid, Options{})
	before := count()
	for range 3 {
		if _, err := Look(p.pid, Options{}); err != nil {
			t.Fatal(err)
		}
	}
	if after := count(); after != before {
		t.Errorf("%d descriptors before, %d after", before, after)
	}
}
