package idmap

import "fmt"

// Spec is the wish for one map. What unshare(1) asks for with options, isle run
// by default and an OCI bundle line by line all has this form.
type Spec struct {
	// Single is what the caller's own effective id is to be inside; nil: it is
	// not mapped by itself.
	Single *uint32
	// Sources are mapped beside it, each closing up around the single id as
	// [Combine] describes.
	Sources []Source
}

// Single is the wish for the caller's own id alone, as inside.
func Single(inside uint32) Spec { return Spec{Single: &inside} }

// Lines is the wish for exactly the lines of m.
func Lines(m Map) Spec {
	var s Spec
	for _, r := range m {
		s.Sources = append(s.Sources, r)
	}
	return s
}

// Resolve returns the map of the wished ids, which the kernel takes if the
// writer has the right to them (see [SelfWritable]); nil if none are wished.
func (s Spec) Resolve(h Host, k Kind) (Map, error) {
	var single *Range
	if s.Single != nil {
		single = &Range{*s.Single, h.id(k), 1}
	}
	var blocks []block
	for _, source := range s.Sources {
		b, err := source.blocks(h, k)
		if err != nil {
			return nil, err
		}
		blocks = append(blocks, b...)
	}
	m := combine(single, blocks)
	if err := m.Validate(); err != nil {
		return nil, fmt.Errorf("%s: %w", k.File(), err)
	}
	return m, nil
}
