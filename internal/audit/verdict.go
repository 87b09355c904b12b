package audit

import (
	"fmt"
	"strings"
)

// state says whether a rule could be told.
type state uint8

const (
	known        state = iota
	unknown            // what it takes could not be read
	inapplicable       // this machine has nothing of the kind
)

// verdict is what a rule says of a process.
type verdict struct {
	state    state
	badness  float64 // 0 is fine, 1 is as bad as can be
	evidence string
}

func bad(badness float64, format string, args ...any) verdict {
	return verdict{known, min(max(badness, 0), 1), fmt.Sprintf(format, args...)}
}

func fine(format string, args ...any) verdict {
	return verdict{known, 0, fmt.Sprintf(format, args...)}
}

func untold(format string, args ...any) verdict {
	return verdict{unknown, 0, fmt.Sprintf(format, args...)}
}

// tally adds up ways to the same end: each closes a part of what the others
// leave, so that one that suffices alone is 1, and another never makes it less.
type tally struct {
	left float64 // what is still shut, less 1: the zero tally is all shut
	ways []string
}

// add notes a way that alone is as bad as weight.
func (t *tally) add(weight float64, way string) {
	if weight <= 0 {
		return
	}
	t.left = (1+t.left)*(1-min(weight, 1)) - 1
	t.ways = append(t.ways, way)
}

// badness is how bad the ways are together.
func (t *tally) badness() float64 { return -t.left }

// verdict is bad with the ways as evidence, or fine with that of none.
func (t *tally) verdict(found, none string) verdict {
	if len(t.ways) == 0 {
		return fine("%s", none)
	}
	return bad(t.badness(), "%s: %s", found, list(t.ways))
}

// most is how many things evidence names.
const most = 12

// list joins names, some of which the process may have chosen.
func list(names []string) string {
	text := strings.ToValidUTF8(strings.Join(names[:min(most, len(names))], ", "), "�")
	if len(names) > most {
		return fmt.Sprintf("%s and %d more", text, len(names)-most)
	}
	return text
}
