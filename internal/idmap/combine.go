package idmap

// block is ids that are to be mapped to one another in order. A side may have
// ids to spare: those of the longer side that find no partner stay unmapped.
type block struct{ inside, outside []span }

// Combine puts a single mapping and ranges together as unshare(1) does: the
// single one comes first and wins, and each range whose ids it takes closes up
// around it. A range that gives up an id on one side only thereby loses the
// topmost id of the other, and what is above the hole shifts by one:
//
//	0 0 1     + 0 100000 65536  =  0 0 1, 1 100000 65535
//	1000 0 1  + 0 100000 65536  =  1000 0 1, 0 100000 1000, 1001 101000 64535
//
// Ranges that overlap each other are left so, for [Map.Validate] to report.
// A nil single leaves the ranges as they are. Where util-linux also takes an id
// from a range that only ends beside the single one, this does not: nothing is
// in the way there.
func Combine(single *Range, ranges Map) Map {
	var blocks []block
	for _, r := range ranges {
		blocks = append(blocks, r.block())
	}
	return combine(single, blocks)
}

func combine(single *Range, blocks []block) (m Map) {
	if single != nil {
		m = append(m, *single)
	}
	for _, b := range blocks {
		if single != nil {
			b.inside = without(b.inside, single.inside())
			b.outside = without(b.outside, single.outside())
		}
		m = append(m, pair(b.inside, b.outside)...)
	}
	return m
}

func (r Range) block() block { return block{[]span{r.inside()}, []span{r.outside()}} }
