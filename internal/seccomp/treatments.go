package seccomp

import "slices"

// treatments says which branches there are for which number of a zone.
type treatments struct {
	refs     []ref // by number, and then in the order of the profile
	branches []branch
	newest   uint32 // the largest number that the profile names, if any
	named    bool
}

// ref is a number and the index of a branch for it, in one word so that sorting
// is fast.
type ref uint64

func (r ref) number() uint32 { return uint32(r >> 32) }
func (r ref) index() uint32  { return uint32(r) }

// collect gathers what the policy says of a zone. It reuses the memory of t: the
// first touch of fresh memory is a good part of what compiling costs.
func (t *treatments) collect(p *policy, z *zone) {
	*t = treatments{refs: t.refs[:0], branches: t.branches[:0]}
	for _, r := range p.rules {
		for _, call := range r.calls {
			if z.abi == x86 {
				t.multiplex(p, r, call)
			}
			number := call.numbers[z.abi]
			if number == none || number < z.first || number > z.last {
				continue
			}
			t.newest, t.named = max(t.newest, number), true
			for _, b := range p.branches[r.first:r.last] {
				t.add(number, b)
			}
		}
	}
	slices.Sort(t.refs)
}

func (t *treatments) add(number uint32, b branch) {
	t.refs = append(t.refs, ref(number)<<32|ref(len(t.branches)))
	t.branches = append(t.branches, b)
}

// multiplex adds what a rule says of a call that x86 can also make by another.
func (t *treatments) multiplex(p *policy, r rule, call *entry) {
	number, form, ok := multiplexed(call.name)
	if !ok {
		return
	}
	for _, b := range p.branches[r.first:r.last] {
		if b, ok := p.multiplex(b, form); ok {
			t.newest = max(t.newest, number)
			t.add(number, b)
		}
	}
}
