package island

import "isle/ns"

// shares finds the islands that have a namespace in common which neither has
// from where it came out of.
func (g *grouping) shares() {
	in := map[uint64][]*Island{}
	for _, i := range g.chart.Islands {
		for _, k := range i.Apart.Kinds() {
			in[i.NS[k]] = append(in[i.NS[k]], i)
		}
	}
	for _, i := range g.chart.Islands {
		with := map[*Island]ns.Set{}
		var order []*Island
		for _, k := range i.Apart.Kinds() {
			for _, other := range in[i.NS[k]] {
				if other == i {
					continue
				}
				if with[other] == 0 {
					order = append(order, other)
				}
				with[other] = with[other].With(k)
			}
		}
		for _, other := range order {
			i.Shares = append(i.Shares, Share{other.ID, with[other]})
		}
	}
}
