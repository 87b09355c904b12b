package bundle

import "strconv"

// Problem is one thing that is wrong with a configuration.
type Problem struct {
	// Path is the place as jq writes it, such as .linux.resources.memory.limit,
	// .mounts[3].destination or .linux.sysctl["net.core.somaxconn"].
	Path string
	// Reason says what is wrong, and what would be right.
	Reason string
	// Warning marks what the specification wants told but not refused.
	Warning bool
}

// String returns the problem on one line, its path first.
func (p Problem) String() string {
	if p.Warning {
		return p.Path + ": warning: " + p.Reason
	}
	return p.Path + ": " + p.Reason
}

// Problems is all that is wrong with a configuration, as an error: Decode's in the
// order of the document, Check's in the order of the specification's types, the
// keys of a map sorted.
type Problems []Problem

// Error returns the problems, one a line, warnings among them.
func (p Problems) Error() string {
	var out []byte
	for i, problem := range p {
		if i > 0 {
			out = append(out, '\n')
		}
		out = append(out, problem.String()...)
	}
	return string(out)
}

// Refusals returns what a container must not be made with: all but the warnings.
func (p Problems) Refusals() Problems { return p.only(false) }

// Warnings returns what is to be told and then ignored.
func (p Problems) Warnings() Problems { return p.only(true) }

// Err returns the refusals as an error, or nil where there are none.
func (p Problems) Err() error {
	if refusals := p.Refusals(); len(refusals) > 0 {
		return refusals
	}
	return nil
}

func (p Problems) only(warning bool) Problems {
	var some Problems
	for _, problem := range p {
		if problem.Warning == warning {
			some = append(some, problem)
		}
	}
	return some
}

// findings collects problems. A document of a million faults makes no message of a
// million lines: the first hundred refusals and the first hundred warnings are
// kept, counted apart, so that warnings never push out a refusal.
type findings struct {
	problems          Problems
	refused, warnings int
}

const mostFindings = 100

func (f *findings) add(p Problem) {
	count := &f.refused
	if p.Warning {
		count = &f.warnings
	}
	if *count++; *count <= mostFindings {
		f.problems = append(f.problems, p)
	}
}

// all returns what was found, and last how much was left out.
func (f *findings) all() Problems {
	if more := f.refused - mostFindings; more > 0 {
		f.problems = append(f.problems, Problem{Path: ".", Reason: "and " + strconv.Itoa(more) + " more that must be mended"})
	}
	if more := f.warnings - mostFindings; more > 0 {
		f.problems = append(f.problems, Problem{Path: ".", Reason: "and " + strconv.Itoa(more) + " more", Warning: true})
	}
	return f.problems
}
