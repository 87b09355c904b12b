package island

import (
	"cmp"
	"maps"
	"slices"

	"isle/ns"
)

// waiting are the kinds of namespace that a process cannot enter itself, but
// only make for its children.
const waiting = ns.Set(1<<ns.PID | 1<<ns.Time)

// mergeKeepers makes one island of two where the first is but a process that
// waits for the second: unshare --fork leaves one in all new namespaces but those.
func (g *grouping) mergeKeepers() {
	children := map[int][]int{}
	for _, p := range g.s.Processes {
		children[p.PPID] = append(children[p.PPID], p.PID)
	}
	byAge := func(a, b *Island) int { return cmp.Or(cmp.Compare(g.started(a), g.started(b)), a.Top-b.Top) }
	for _, i := range slices.SortedFunc(maps.Values(g.cells), byAge) {
		if i == g.host || len(i.Processes) != 1 {
			continue
		}
		in := g.keptBy(i, children[i.Processes[0]])
		if in == nil {
			continue
		}
		delete(g.cells, i.NS)
		in.Keepers = append(in.Keepers, i.Processes...)
		in.Processes = append(in.Processes, i.Processes...)
		slices.Sort(in.Processes)
		g.up[in] = g.up[i]
		delete(g.up, i)
		g.chart.of[i.Processes[0]] = in
	}
}

// keptBy returns the island that the process of another does nothing but wait
// for, nil if there is none.
func (g *grouping) keptBy(i *Island, children []int) *Island {
	if len(children) != 1 {
		return nil
	}
	in := g.chart.of[children[0]]
	if in == nil || in == i || in == g.host || g.up[in] != i || in.Top != children[0] {
		return nil
	}
	for _, k := range Differ(i.NS, in.NS).Kinds() {
		if !waiting.Has(k) || i.NS[k] != g.up[i].NS[k] {
			return nil
		}
	}
	return in
}
