package seccomp

import "slices"

// span is a range of call numbers, from first to the next span's first, that are
// treated alike.
type span struct {
	first uint32
	leaf  leaf
}

// leaf is what happens to a call: the first branch whose conditions hold, or ret.
type leaf struct {
	branches []branch
	ret      action
}

func (l leaf) equal(m leaf) bool {
	return l.ret == m.ret && slices.EqualFunc(l.branches, m.branches, func(a, b branch) bool {
		return a.then == b.then && slices.Equal(a.when, b.when)
	})
}

// spans returns the treatment of all numbers of a section, in ascending order.
func (p *policy) spans(s *section, enabled func(*zone) bool) []span {
	list := make([]span, 0, 256)
	for i := range s.zones {
		switch z := &s.zones[i]; {
		case !enabled(z):
			list = add(list, z.first, leaf{ret: kill})
		case z.unused:
			list = add(list, z.first, leaf{ret: p.otherwise})
		default:
			p.scratch.collect(p, z)
			list = p.zoneSpans(list, z, &p.scratch)
		}
	}
	return list
}

func (p *policy) zoneSpans(list []span, z *zone, t *treatments) []span {
	next := z.first
	for i, j := 0, 0; i < len(t.refs); i = j {
		number := t.refs[i].number()
		for j = i; j < len(t.refs) && t.refs[j].number() == number; j++ {
		}
		if next < number {
			list = add(list, next, leaf{ret: p.otherwise})
		}
		list = add(list, number, p.leaf(t, t.refs[i:j]))
		next = number + 1
	}
	switch {
	case !t.named || !p.enosys:
		return add(list, next, leaf{ret: p.otherwise})
	case next <= t.newest:
		list = add(list, next, leaf{ret: p.otherwise})
	}
	// A program that asks for a call newer than the profile should believe that the
	// kernel is old and try another way; EPERM would make it give up.
	return add(list, t.newest+1, leaf{ret: enosys})
}

// add appends a span, unless it would only continue the last one.
func add(list []span, first uint32, l leaf) []span {
	if n := len(list); n > 0 && list[n-1].leaf.equal(l) {
		return list
	}
	return append(list, span{first, l})
}

// leaf decides between the branches for one number. An unconditional one wins
// over all others, as in libseccomp: a conditional one never narrows it.
func (p *policy) leaf(t *treatments, refs []ref) leaf {
	for _, r := range refs {
		if b := t.branches[r.index()]; len(b.when) == 0 {
			return leaf{ret: b.then}
		}
	}
	l := leaf{ret: p.otherwise, branches: make([]branch, len(refs))}
	for i, r := range refs {
		l.branches[i] = t.branches[r.index()]
	}
	return l
}
