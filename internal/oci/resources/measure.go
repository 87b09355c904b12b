package resources

import (
	"errors"
	"math"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// Stats measures what the group uses. What a kernel or a hierarchy does not count
// stays zero; an error is a file that is there and cannot be read.
func (g *Group) Stats() (*Stats, error) {
	s := &Stats{Hugetlb: map[string]Hugetlb{}}
	var m meter
	for i := range g.Trees {
		m.tree = &g.Trees[i]
		switch {
		case m.tree.V2:
			m.statsV2(s, len(g.Trees) == 1)
		default:
			m.statsV1(s)
		}
	}
	return s, m.err
}

// meter reads numbers from files of a tree, and keeps the first fault.
type meter struct {
	tree *Tree
	err  error
}

func (m *meter) text(file string) string {
	text, err := m.tree.read(file)
	absent := gone(err) || errors.Is(err, unix.EOPNOTSUPP) // pressure, on some kernels
	if err != nil && !absent && m.err == nil {
		m.err = &Error{Doing: "read " + file + " of " + m.tree.Dir(), Err: err, Hint: hint(file, err)}
	}
	return text
}

// number reads a number; "max" is the largest.
func (m *meter) number(file string) uint64 {
	word := strings.TrimSpace(m.text(file))
	if word == "max" {
		return math.MaxUint64
	}
	n, _ := strconv.ParseUint(word, 10, 64)
	return n
}

// numbers reads all numbers of a file.
func numbers[N uint16 | uint64](words []string, bits int) []N {
	var list []N
	for _, w := range words {
		if n, err := strconv.ParseUint(w, 10, bits); err == nil {
			list = append(list, N(n))
		}
	}
	return list
}

// keys reads lines "key number".
func keys(text string) map[string]uint64 {
	all := make(map[string]uint64, 64)
	for line := range strings.Lines(text) {
		key, rest, ok := strings.Cut(strings.TrimSuffix(line, "\n"), " ")
		if n, err := strconv.ParseUint(rest, 10, 64); ok && err == nil {
			all[key] = n
		}
	}
	return all
}

// mostProcessors is more than any kernel has.
const mostProcessors = 1 << 16

// processors reads a list like 0-3,7.
func processors(list string) []uint16 {
	var all []uint16
	for part := range strings.SplitSeq(strings.TrimSpace(list), ",") {
		first, last, some := strings.Cut(part, "-")
		if !some {
			last = first
		}
		from, err := strconv.ParseUint(first, 10, 16)
		to, err2 := strconv.ParseUint(last, 10, 16)
		if err != nil || err2 != nil {
			continue
		}
		for n := from; n <= to && len(all) < mostProcessors; n++ {
			all = append(all, uint16(n))
		}
	}
	return all
}

// pressure reads a PSI file (accounting/psi), nil if the kernel has none.
func (m *meter) pressure(file string) *PSI {
	text := m.text(file)
	if text == "" {
		return nil
	}
	p := &PSI{}
	for line := range strings.Lines(text) {
		words := strings.Fields(line)
		into := &p.Some
		if len(words) == 0 {
			continue
		}
		if words[0] == "full" {
			into = &p.Full
		}
		for _, w := range words[1:] {
			key, number, _ := strings.Cut(w, "=")
			into.set(key, number)
		}
	}
	return p
}

func (d *PSIData) set(key, number string) {
	switch key {
	case "avg10":
		d.Avg10, _ = strconv.ParseFloat(number, 64)
	case "avg60":
		d.Avg60, _ = strconv.ParseFloat(number, 64)
	case "avg300":
		d.Avg300, _ = strconv.ParseFloat(number, 64)
	case "total":
		d.Total, _ = strconv.ParseUint(number, 10, 64)
	}
}

// pids counts processes; no limit is 0 there.
func (m *meter) pids(s *Stats) {
	s.Pids.Current = m.number("pids.current")
	if limit := m.number("pids.max"); limit != math.MaxUint64 {
		s.Pids.Limit = limit
	}
}
