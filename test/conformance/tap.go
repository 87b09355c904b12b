package conformance

import (
	"fmt"
	"strconv"
	"strings"
)

// point is one line "ok" or "not ok" of a document.
type point struct {
	ok          bool
	directive   string // "SKIP", "TODO" or none
	description string
	diagnostic  string // what followed the point: comments and YAML, as printed
}

// document is what one producer printed from its version line on. One program
// may print several.
type document struct {
	points []point
	loose  string // diagnostics before the first point
	plan   int    // how many points it promised, -1 if it never said
}

// parse reads the documents of a program's standard output. Lines that are not
// of the protocol are passed over, as it demands.
func parse(out string) []document {
	var documents []document
	for line := range strings.Lines(out) {
		line = strings.TrimSuffix(line, "\n")
		if strings.HasPrefix(line, "TAP version ") {
			documents = append(documents, document{plan: -1})
			continue
		}
		if len(documents) > 0 {
			documents[len(documents)-1].add(line)
		}
	}
	return documents
}

func (d *document) add(line string) {
	if p, ok := parsePoint(line); ok {
		d.points = append(d.points, p)
	} else if n, ok := strings.CutPrefix(line, "1.."); ok {
		if plan, err := strconv.Atoi(n); err == nil {
			d.plan = plan
		}
	} else if strings.HasPrefix(line, "#") || strings.HasPrefix(line, "  ") {
		d.comment(line)
	}
}

// comment keeps a diagnostic with the point before it.
func (d *document) comment(line string) {
	to := &d.loose
	if n := len(d.points); n > 0 {
		to = &d.points[n-1].diagnostic
	}
	*to += line + "\n"
}

// parsePoint reads "ok 1 - text", "not ok 2 # TODO text".
func parsePoint(line string) (point, bool) {
	rest, failed := strings.CutPrefix(line, "not ")
	rest, ok := strings.CutPrefix(rest, "ok ")
	if !ok {
		return point{}, false
	}
	_, rest, _ = strings.Cut(rest, " ") // the number
	p := point{ok: !failed, description: strings.TrimPrefix(rest, "- ")}
	if directive, ok := strings.CutPrefix(rest, "# "); ok {
		p.directive, p.description, _ = strings.Cut(directive, " ")
	}
	return p, true
}

// faults lists what is wrong in a document, in words, nothing if it passed.
func (d document) faults() []string {
	var faults []string
	for _, p := range d.points {
		if !p.ok && p.directive != "TODO" {
			faults = append(faults, p.description+brief(p.diagnostic))
		}
	}
	// A few programs of the suite say what failed in a diagnostic only.
	if len(d.points) == 0 && strings.Contains(d.loose, `"error":`) {
		faults = append(faults, strings.TrimSpace(brief(d.loose)))
	}
	return faults
}

// cut says whether a document ended early, as that of a program which died.
func (d document) cut() []string {
	switch d.plan {
	case len(d.points):
		return nil
	case -1:
		return []string{fmt.Sprintf("ended after %d points, without a plan", len(d.points))}
	}
	return []string{fmt.Sprintf("%d points where the plan says %d", len(d.points), d.plan)}
}

// brief cuts a diagnostic down to the lines that say what was found.
func brief(diagnostic string) string {
	var said strings.Builder
	for line := range strings.Lines(diagnostic) {
		line = strings.TrimSpace(line)
		for _, key := range [...]string{"# ", `"error":`, `"stderr":`, `"expected":`, `"actual":`} {
			if strings.HasPrefix(line, key) {
				said.WriteString(" " + line)
			}
		}
	}
	return said.String()
}
