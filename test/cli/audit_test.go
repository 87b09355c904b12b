package cli

import (
	"encoding/json"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"testing"
)

type report struct {
	PID                       int
	Score, Judged             float64
	Grade                     string
	Findings, Passed, Unknown []struct {
		ID, Title, Evidence, Why, Isle, Engine string
		Points                                 float64
	}
}

func audit(t *testing.T, who string) *report {
	t.Helper()
	r := run(t, "", aisle(), "audit", "--json", who)
	var doc report
	if err := json.Unmarshal([]byte(r.out), &doc); err != nil || r.status.ExitStatus() != 0 {
		t.Fatalf("%v: %+v", err, r)
	}
	return &doc
}

// TestAudit: the more is apart, the lower is the score, and isle's own island
// is the lowest.
func TestAudit(t *testing.T) {
	needUserNamespaces(t)
	bare, _ := started(t, "sh", "-c", "echo up; exec sleep 60")
	some, _ := started(t, "unshare", "--map-root-user", "--net", "--ipc", "--uts", "sh", "-c", "echo up; exec sleep 60")
	front, line := started(t, aisle(), "run", "sh", "-c", "echo up; exec sleep 60")
	inner := strconv.Itoa(front.Process.Pid)
	if line != "up" {
		t.Fatal("no island: ", line)
	}
	for _, i := range list(t) {
		if slices.Contains(i.Keepers, front.Process.Pid) || i.Top != 0 && parentOf(t, i.Top) == front.Process.Pid {
			inner = strconv.Itoa(i.Top)
			endWith(t, i.Top)
		}
	}
	scores := []float64{audit(t, strconv.Itoa(bare.Process.Pid)).Score, audit(t, strconv.Itoa(some.Process.Pid)).Score, audit(t, inner).Score}
	if !(scores[0] > scores[1] && scores[1] > scores[2] && scores[2] < 3) {
		t.Errorf("bare, in some namespaces, on an island: %v", scores)
	}
}

func parentOf(t *testing.T, pid int) int {
	t.Helper()
	out, err := exec.Command("ps", "-o", "ppid=", "-p", strconv.Itoa(pid)).Output()
	if err != nil {
		return 0
	}
	n, _ := strconv.Atoi(strings.TrimSpace(string(out)))
	return n
}

// TestAuditFailsAbove: the exit status is for pipelines.
func TestAuditFailsAbove(t *testing.T) {
	score := audit(t, "self").Score
	below, above := strconv.FormatFloat(max(score-0.1, 0), 'f', 1, 64), strconv.FormatFloat(min(score+0.1, 10), 'f', 1, 64)
	for line, want := range map[string]int{
		"self": 0, "--fail-above=" + below + " self": 1, "--fail-above=" + above + " self": 0, "-q --fail-above=0 self": 1,
		"--fail-above=10 self": 0, "4194303": 2, "nosuchisland": 2, "a b": 2, "--fail-above=x self": 2, "--fail-above=11 self": 2, "--fail-above=-1 self": 2, "--fail-above=NaN self": 2, "--bogus": 2, "--help": 0,
	} {
		r := run(t, "", append([]string{aisle(), "audit"}, strings.Fields(line)...)...)
		if r.status.ExitStatus() != want || want == 2 != (r.err != "") || strings.HasPrefix(line, "-q") && r.out != "" {
			t.Errorf("%q: %+v, want status %d", line, r, want)
		}
	}
}

// TestAuditText has all that is known of a finding, and the list of islands.
func TestAuditText(t *testing.T) {
	doc := audit(t, "self")
	r := run(t, "", aisle(), "audit", "--all", "self")
	flat := strings.Join(strings.Fields(r.out), " ")
	if len(doc.Findings) == 0 {
		t.Fatal("a process of the host has no findings")
	}
	for _, f := range doc.Findings[:1] {
		for _, part := range []string{f.Title, "[" + f.ID + "]", f.Why, f.Isle} {
			if !strings.Contains(flat, strings.Join(strings.Fields(part), " ")) {
				t.Errorf("%q is not in\n%s", part, r.out)
			}
		}
	}
	brief := run(t, "", aisle(), "audit", "--brief", "self").out
	if n := strings.Count(brief, "\n"); n < len(doc.Findings) {
		t.Errorf("%d lines for %d findings\n%s", n, len(doc.Findings), brief)
	}
	all := run(t, "", aisle(), "audit")
	if all.status.ExitStatus() != 0 || !strings.Contains(all.out, "SCORE") || !strings.Contains(all.out, doc.Grade) {
		t.Errorf("%+v", all)
	}
}
