package idmap

import "slices"

// span is the ids from first up to, but not including, end. It is wide enough
// for the end of a range that is not valid.
type span struct{ first, end uint64 }

// every is all the ids there are.
var every = span{0, LastID + 1}

func spanOf(first, count uint32) span { return span{uint64(first), uint64(first) + uint64(count)} }

// meets says whether the two have an id in common.
func (s span) meets(o span) bool { return max(s.first, o.first) < min(s.end, o.end) }

// without returns what is left of spans when the ids of hole are taken away.
func without(spans []span, hole span) (rest []span) {
	for _, s := range spans {
		if !s.meets(hole) {
			rest = append(rest, s)
			continue
		}
		for _, piece := range [...]span{{s.first, hole.first}, {hole.end, s.end}} {
			if piece.first < piece.end {
				rest = append(rest, piece)
			}
		}
	}
	return rest
}

// within returns the parts of spans that lie in one of the bounds, cut where
// one bound ends and the next begins.
func within(spans, bounds []span) (parts []span) {
	for _, s := range spans {
		for _, b := range bounds {
			if s.meets(b) {
				parts = append(parts, span{max(s.first, b.first), min(s.end, b.end)})
			}
		}
	}
	return parts
}

// pair maps the ids of one side to those of the other, one by one in the order
// given, until either side has no more.
func pair(inside, outside []span) (m Map) {
	inside, outside = slices.Clone(inside), slices.Clone(outside)
	for len(inside) > 0 && len(outside) > 0 {
		in, out := inside[0], outside[0]
		n := min(in.end-in.first, out.end-out.first)
		m = append(m, Range{uint32(in.first), uint32(out.first), uint32(n)})
		inside, outside = drop(inside, n), drop(outside, n)
	}
	return m
}

// drop removes the first n ids, which are all of the first span or a part of it.
func drop(spans []span, n uint64) []span {
	if spans[0].first += n; spans[0].first == spans[0].end {
		return spans[1:]
	}
	return spans
}
