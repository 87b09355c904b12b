package program

import (
	"fmt"
	"slices"
)

// labels are those that something jumps to, in the order of their places.
func (b *Builder) labels() []*Label {
	var list []*Label
	note := func(l *Label) {
		if l != nil && l != following && l.index >= 0 && !slices.Contains(list, l) {
			list = append(list, l)
		}
	}
	for _, i := range b.instrs {
		if i.leaves() {
			continue
		}
		note(i.onZero)
		note(i.next)
		note(i.other)
		for _, e := range i.onErr {
			note(e.to)
		}
	}
	slices.SortStableFunc(list, func(x, y *Label) int { return x.index - y.index })
	return list
}

// nameLabels gives each label a name of its own for a listing: steps name
// theirs without knowing of each other, so the second "missing" is "missing 2".
func (b *Builder) nameLabels() {
	if b.shown != nil && b.shownLen == len(b.instrs) {
		return
	}
	b.shown, b.shownAt, b.shownLen = map[*Label]string{}, map[int][]*Label{}, len(b.instrs)
	count := map[string]int{}
	for _, l := range b.labels() {
		count[l.name]++
		b.shown[l] = l.name
		if n := count[l.name]; n > 1 {
			b.shown[l] = fmt.Sprintf("%s %d", l.name, n)
		}
		b.shownAt[l.index] = append(b.shownAt[l.index], l)
	}
}

// label is how a listing names l.
func (b *Builder) label(l *Label) string {
	if name, ok := b.shown[l]; ok {
		return name
	}
	return l.name
}
