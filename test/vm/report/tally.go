package report

import (
	"cmp"
	"fmt"
	"slices"
)

// Counts are numbers of tests by outcome.
type Counts struct{ Passed, Failed, Skipped int }

// Count counts tests.
func Count(tests []Test) Counts {
	var c Counts
	for _, t := range tests {
		switch t.Outcome {
		case Passed:
			c.Passed++
		case Skipped:
			c.Skipped++
		default:
			c.Failed++
		}
	}
	return c
}

// Add adds other counts.
func (c *Counts) Add(other Counts) {
	c.Passed += other.Passed
	c.Failed += other.Failed
	c.Skipped += other.Skipped
}

func (c Counts) String() string {
	return fmt.Sprintf("%d passed, %d failed, %d skipped", c.Passed, c.Failed, c.Skipped)
}

// Failures returns the tests that failed, but for those of which a part did: what
// there is to say was said by that.
func Failures(tests []Test) []Test {
	var failures []Test
	for _, t := range tests {
		part := func(other Test) bool {
			return other.Outcome == Failed && other.Package == t.Package && len(other.Name) > len(t.Name) && other.Name[:len(t.Name)+1] == t.Name+"/"
		}
		if t.Outcome == Failed && !slices.ContainsFunc(tests, part) {
			failures = append(failures, t)
		}
	}
	return failures
}

// Nowhere returns, by package and name, the tests that were skipped wherever they
// were seen, each as its last world had it.
func Nowhere(tests []Test) []Test {
	last := map[[2]string]Test{}
	ran := map[[2]string]bool{}
	for _, t := range tests {
		key := [2]string{t.Package, t.Name}
		last[key] = t
		ran[key] = ran[key] || t.Outcome != Skipped
	}
	var nowhere []Test
	for key, t := range last {
		if !ran[key] {
			nowhere = append(nowhere, t)
		}
	}
	slices.SortFunc(nowhere, func(a, b Test) int {
		return cmp.Or(cmp.Compare(a.Package, b.Package), cmp.Compare(a.Name, b.Name))
	})
	return nowhere
}
