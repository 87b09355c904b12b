package audit

import (
	"cmp"
	"math"
	"slices"
)

// weigh tries all rules on a process.
func weigh(s *subject) *Report {
	verdicts := make([]verdict, len(rules))
	for i := range rules {
		verdicts[i] = rules[i].judge(s)
	}
	r := sum(verdicts)
	r.PID, r.Command = s.PID, s.Command
	return r
}

// judge is the rule's verdict on a process.
func (r *rule) judge(s *subject) verdict {
	if r.moot && s.sovereign {
		return bad(1, "it is root of the host, with the host's files and CAP_SYS_ADMIN: nothing of this kind holds it")
	}
	return r.check(s)
}

// sum makes a report of the verdicts, of which there is one for each rule.
func sum(verdicts []verdict) *Report {
	r := &Report{Schema: Schema, Findings: []Finding{}, Passed: []Finding{}, Unknown: []Finding{}}
	found, told, all := weights(verdicts)
	if told > 0 {
		r.Score, r.Judged = round(10*found/told, 10), round(told/all, 100)
	}
	r.Grade = grade(r.Score)
	for i, v := range verdicts {
		f := rules[i].finding(v)
		switch {
		case v.state == inapplicable:
		case v.state == unknown:
			r.Unknown = append(r.Unknown, f)
		case v.badness == 0:
			r.Passed = append(r.Passed, f)
		default:
			f.Points = round(10*f.Weight*v.badness/told, 100)
			r.Findings = append(r.Findings, f)
		}
	}
	slices.SortStableFunc(r.Findings, func(a, b Finding) int { return cmp.Compare(b.Points, a.Points) })
	return r
}

// weights are the weight of what was found, of what could be told and of all
// that applies.
func weights(verdicts []verdict) (found, told, all float64) {
	for i, v := range verdicts {
		w := rules[i].weight
		if v.state == known {
			found, told = found+w*v.badness, told+w
		}
		if v.state != inapplicable {
			all += w
		}
	}
	return found, told, all
}

func (r *rule) finding(v verdict) Finding {
	return Finding{ID: r.id, Title: r.title, Evidence: v.evidence, Why: r.why, Isle: r.isle, Engine: r.engine, Weight: r.weight, Badness: round(v.badness, 1000)}
}

func round(x, parts float64) float64 { return math.Round(x*parts) / parts }

// grades are the words for scores below a bound.
var grades = [...]struct {
	below float64
	word  string
}{{0.5, "sealed"}, {2.5, "tight"}, {4.5, "fair"}, {6.5, "exposed"}, {9, "open"}}

func grade(score float64) string {
	for _, g := range grades {
		if score < g.below {
			return g.word
		}
	}
	return "host"
}
