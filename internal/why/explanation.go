package why

import "strings"

// Explanation is why a step failed and what would mend it.
type Explanation struct {
	// Cause is one sentence, without a full stop; empty if none was confirmed.
	Cause string
	// Remedy is one sentence and may hold exact commands; empty if there is none.
	Remedy string
}

// Explain finds the cause of f on the running host. It reads /proc and makes
// harmless system calls, so it is to be called after a failure and by a process
// that is still in the namespaces in which the plan began, unless f is Inside.
func Explain(f Failure) Explanation {
	h := Running()
	if f.Inside {
		h.began = &began{f.UID, f.GID}
	}
	return h.Explain(f)
}

// Explain finds the cause of f on host h. The zero Explanation means unknown.
func (h *Host) Explain(f Failure) Explanation {
	f = f.found(h)
	for _, area := range areas {
		for _, r := range area() {
			if !r.matches(f) {
				continue
			}
			if e, ok := r.find(f, h); ok {
				return e
			}
		}
	}
	return Explanation{}
}

// Lines returns the explanation as hint lines for standard error, none if it
// is unknown.
func (e Explanation) Lines() []string {
	var lines []string
	for _, part := range [...]struct{ label, text string }{{"  cause: ", e.Cause}, {"  fix:   ", e.Remedy}} {
		if part.text == "" {
			continue
		}
		for i, l := range strings.Split(part.text, "\n") {
			if i > 0 {
				part.label = strings.Repeat(" ", len(part.label))
			}
			lines = append(lines, part.label+l)
		}
	}
	return lines
}

// oneOf is the cause of a failure that has several possible ones of which none
// can be told from the others; of a single one it says that it is unproven.
func oneOf(causes []string) string {
	switch len(causes) {
	case 0:
		return ""
	case 1:
		return "not proven, but possible: " + causes[0]
	}
	return "one of: " + strings.Join(causes, "; or ")
}
