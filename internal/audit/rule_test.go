package audit

import (
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

func itoa(n int) string { return strconv.Itoa(n) }

func write(t testing.TB, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// removeCgroup moves who is left in a cgroup to the one above, for cleanups run
// before the process ends, and removes it.
func removeCgroup(t testing.TB, dir string) {
	text, _ := os.ReadFile(dir + "/cgroup.procs")
	for pid := range strings.FieldsSeq(string(text)) {
		os.WriteFile(dir+"/../cgroup.procs", []byte(pid), 0)
	}
	for range 100 {
		if os.Remove(dir) == nil {
			return
		}
		time.Sleep(5 * time.Millisecond)
	}
	t.Errorf("%s is left", dir)
}

// impossible are processes that this machine or user cannot have, and why.
var impossible = map[string]string{
	"label":      "takes a security module with labels, AppArmor or SELinux; see TestLabel",
	"many files": "takes CAP_SYS_RESOURCE to raise the limit; see TestOpenFiles",
	"root only":  "takes root",
}

// looked audits each process once.
type looked struct {
	parent  *testing.T
	reports map[string]*Report
	skipped map[string]string
}

// report is that of a process by name, of which an ordinary user's may be
// another one.
func (l *looked) report(t *testing.T, name string) *Report {
	t.Helper()
	if root, user, found := strings.Cut(name, "|"); found {
		name = root
		if os.Geteuid() != 0 {
			name = user
		}
	}
	if l.reports[name] == nil && l.skipped[name] == "" {
		l.audit(name)
	}
	if why := l.skipped[name]; why != "" {
		t.Skipf("%s: %s", name, why)
	}
	return l.reports[name]
}

func (l *looked) audit(name string) {
	if why := impossible[name]; why != "" {
		l.skipped[name] = why
		return
	}
	if subjects[name].root && os.Geteuid() != 0 {
		l.skipped[name] = "takes root"
		return
	}
	l.skipped[name] = "could not be started, see above"
	h := findHost()
	var p process
	// A subtest, because starting may skip; its cleanups are the parent's.
	l.parent.Run("start "+name, func(t *testing.T) {
		if name == "peer" {
			p = peers(outliving{t, l.parent})
			h = hostOf(p.first)
		} else {
			p = subjects[name].start(outliving{t, l.parent})
		}
		r, err := look(p.pid, Options{}, h)
		// On a busy machine it may not stop in time, and then its filters are unknown.
		for tries := 0; err == nil && len(r.Unknown) > 0 && os.Geteuid() == 0 && tries < 8; tries++ {
			time.Sleep(50 * time.Millisecond)
			r, err = look(p.pid, Options{}, h)
		}
		if err != nil {
			t.Fatal(err)
		}
		l.reports[name], l.skipped[name] = r, ""
	})
}

// outliving is a subtest whose cleanups run with its parent's.
type outliving struct {
	testing.TB
	parent *testing.T
}

func (o outliving) Cleanup(f func()) { o.parent.Cleanup(f) }
func (o outliving) TempDir() string  { return o.parent.TempDir() }

// peers are two mount namespaces with a mount that passes on what is mounted.
func peers(t testing.TB) process {
	needs(t, mounts)
	return started(t, nil, nil, append(strings.Fields(mounts), "sh", "-ec",
		"mount -t tmpfs none /mnt; mount --make-shared /mnt; unshare --mount --propagation unchanged sh -c 'echo ready; exec sleep 60'; :")...)
}

// TestRules tries each rule on a process with the weakness and one without.
func TestRules(t *testing.T) {
	l := &looked{t, map[string]*Report{}, map[string]string{}}
	for _, r := range rules {
		i := slices.IndexFunc(cases, func(c struct{ rule, with, without string }) bool { return c.rule == r.id })
		if i < 0 {
			t.Errorf("%s has no case", r.id)
			continue
		}
		t.Run(r.id+"/with", func(t *testing.T) { l.expect(t, r.id, cases[i].with, true) })
		t.Run(r.id+"/without", func(t *testing.T) { l.expect(t, r.id, cases[i].without, false) })
	}
	if len(cases) != len(rules) {
		t.Errorf("%d cases, %d rules", len(cases), len(rules))
	}
	chain(t, l)
}

// expect says whether a rule has to find something in a process.
func (l *looked) expect(t *testing.T, rule, name string, weak bool) {
	r := l.report(t, name)
	is := func(f Finding) bool { return f.ID == rule }
	if i := slices.IndexFunc(r.Unknown, is); i >= 0 && (os.Geteuid() != 0 || r.Unknown[i].Evidence == errNoGetFilter.Error()) {
		t.Skipf("%s: %s", name, r.Unknown[i].Evidence)
	}
	list := r.Passed
	if weak {
		list = r.Findings
	}
	i := slices.IndexFunc(list, is)
	if i < 0 {
		if why := lacking(rule); why != "" {
			t.Skip(why)
		}
		t.Fatalf("%s of %s is not as expected: %v, findings %+v", rule, name, r, r.Findings)
	}
	if f := list[i]; f.Evidence == "" || f.Why == "" || f.Title == "" || strings.Contains(f.Evidence, "nothing of this kind holds it") {
		t.Errorf("%s of %s: %+v", rule, name, f)
	}
	t.Log(list[i].Evidence)
}

// chain closes one weakness after the other, which never raises the score.
func chain(t *testing.T, l *looked) {
	for _, names := range [...][]string{
		{"host", "mounts", "own", "eight", "readonly 8", "bare", "bare nnp", "bare shut"},
		{"host", "nnp", "open", "shut"},
		{"host", "own", "readonly", "readonly 8"},
		{"directory", "bare"}, {"daemon", "no daemon"}, {"disks", "stranger"}, {"own", "limited"}, {"own", "few files"},
	} {
		t.Run("closing "+strings.Join(names, ", "), func(t *testing.T) {
			before := 10.0
			for _, name := range names {
				r := l.report(t, name)
				if r.Score > before {
					t.Errorf("%s has %.1f, more than %.1f before", name, r.Score, before)
				}
				t.Logf("%s: %.1f %s", name, r.Score, r.Grade)
				before = r.Score
			}
		})
	}
}
