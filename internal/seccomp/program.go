package seccomp

import "golang.org/x/sys/unix"

// program writes the whole filter: the choice of the section by architecture, the
// machine's own first, and in each section a search for the number's span.
func (p *policy) program(m *machine, enabled func(*zone) bool) []unix.SockFilter {
	a := &assembler{reversed: make([]unix.SockFilter, 0, 1024), returns: map[action]label{}}
	next := a.ret(kill)
	for i := len(m.sections) - 1; i >= 0; i-- {
		s := &m.sections[i]
		spans := p.spans(s, enabled)
		if len(spans) == 1 && spans[0].leaf.equal(leaf{ret: kill}) {
			continue
		}
		w := writer{a, s.wide, spans, nil}
		next = a.jump(unix.BPF_JEQ, s.audit, a.load(offsetNumber, w.search(0, len(spans))), next)
	}
	a.load(offsetArch, next)
	return a.program()
}

// writer writes one section.
type writer struct {
	*assembler
	wide  bool
	spans []span
	// written are the leaves with conditions that have a place already: calls that
	// are treated alike, as an x32 call and its x86_64 original, share it.
	written []written
}

type written struct {
	leaf  leaf
	place label
}

// search writes the choice between spans[i:j] by halves.
func (w *writer) search(i, j int) label {
	if j-i == 1 {
		return w.leaf(w.spans[i].leaf)
	}
	mid := (i + j) / 2
	above := w.search(mid, j)
	below := w.search(i, mid)
	return w.jump(unix.BPF_JGE, w.spans[mid].first, above, below)
}

func (w *writer) leaf(l leaf) label {
	if len(l.branches) == 0 {
		return w.ret(l.ret)
	}
	for _, old := range w.written {
		if old.leaf.equal(l) {
			return old.place
		}
	}
	place := w.branches(l)
	w.written = append(w.written, written{l, place})
	return place
}

// branches writes the tests of a leaf's branches, the last one first.
func (w *writer) branches(l leaf) label {
	next := w.ret(l.ret)
	for j := len(l.branches); j > 0; {
		i := w.sameWord(l.branches, j)
		if j-i > 1 {
			next = w.anyOf(l.branches[i:j], next)
		} else {
			next = w.branch(l.branches[i], next)
		}
		j = i
	}
	return next
}

// branch writes the test of all conditions of one branch.
func (w *writer) branch(b branch, otherwise label) label {
	next := w.ret(b.then)
	for i := len(b.when) - 1; i >= 0; i-- {
		next = w.compare(b.when[i], w.wide, next, otherwise)
	}
	return next
}

// sameWord returns the start of the longest run of branches up to j that all
// compare one argument for being equal to values with the same high word.
func (w *writer) sameWord(list []branch, j int) int {
	i := j - 1
	for i > 0 && single(list[i]) && single(list[i-1]) && list[i].when[0].arg == list[i-1].when[0].arg &&
		list[i].when[0].value>>32 == list[i-1].when[0].value>>32 {
		i--
	}
	return i
}

func single(b branch) bool { return len(b.when) == 1 && b.when[0].op == opEqual }

// anyOf writes such a run: both words are loaded once, not once a value. Profiles
// list the address families of socket(2) in this way.
func (w *writer) anyOf(run []branch, otherwise label) label {
	next, c := otherwise, run[0].when[0]
	for i := len(run) - 1; i >= 0; i-- {
		next = w.jump(unix.BPF_JEQ, uint32(run[i].when[0].value), w.ret(run[i].then), next)
	}
	next = w.load(low(c.arg), next)
	if w.wide {
		next = w.load(high(c.arg), w.jump(unix.BPF_JEQ, uint32(c.value>>32), next, otherwise))
	}
	return next
}
