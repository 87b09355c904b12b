package island

import (
	"cmp"
	"maps"
	"slices"

	"isle/ns"
)

// Chart is the islands of a host.
type Chart struct {
	// Islands has the host first, and each island behind the one that it came
	// out of: the order of a tree, the oldest first.
	Islands []*Island
	// Hidden are the processes whose namespaces could not be read.
	Hidden []int

	of map[int]*Island // by pid
}

// Of returns the island that a process is in, nil if it is hidden or gone.
func (c *Chart) Of(pid int) *Island { return c.of[pid] }

// Find returns the island of an ID, or nil.
func (c *Chart) Find(id string) *Island {
	for _, i := range c.Islands {
		if i.ID == id {
			return i
		}
	}
	return nil
}

// Group finds the islands of a scan that was just taken here: names come from
// the live processes, whose command lines it reads.
func Group(s *ns.Snapshot) *Chart {
	g := &grouping{s: s, cells: map[Namespaces]*Island{}, up: map[*Island]*Island{}, chart: &Chart{of: map[int]*Island{}}}
	for _, p := range s.Processes {
		g.place(p)
	}
	if len(g.cells) == 0 {
		return g.chart
	}
	g.host = g.findHost()
	g.parents()
	g.mergeKeepers()
	for _, i := range g.cells {
		g.describe(i)
	}
	g.order()
	g.shares()
	return g.chart
}

type grouping struct {
	s     *ns.Snapshot
	cells map[Namespaces]*Island
	up    map[*Island]*Island // the island that each came out of
	host  *Island
	chart *Chart
}

// place puts a process into the island of its namespaces.
func (g *grouping) place(p *ns.Process) {
	if p.Kernel || p.Zombie { // the one is of no island, the other of none any more
		return
	}
	if p.NS[ns.User] != 0 && p.NS[ns.Mount] == 0 {
		return // it is just ending
	}
	if p.NS[ns.User] == 0 {
		g.chart.Hidden = append(g.chart.Hidden, p.PID)
		return
	}
	at := Namespaces(p.NS)
	i := g.cells[at]
	if i == nil {
		i = &Island{ID: id(at), Sort: Sandbox, NS: at}
		g.cells[at] = i
	}
	i.Processes = append(i.Processes, p.PID)
	g.chart.of[p.PID] = i
}

// findHost returns the island of process 1; where that is hidden, the one that
// is in most of the namespaces which the kernel starts with.
func (g *grouping) findHost() *Island {
	if i := g.chart.of[1]; i != nil {
		return i
	}
	return slices.MaxFunc(slices.Collect(maps.Values(g.cells)), func(a, b *Island) int {
		return cmp.Or(len(Differ(b.NS, ns.Initial).Kinds())-len(Differ(a.NS, ns.Initial).Kinds()), len(a.Processes)-len(b.Processes), cmp.Compare(b.ID, a.ID))
	})
}

// parents finds the top process of each island, and where it came from.
func (g *grouping) parents() {
	for _, i := range g.cells {
		i.Top = g.top(i)
	}
	for _, i := range g.cells {
		if i != g.host {
			g.up[i] = g.above(i)
		}
	}
	var looped []*Island
	for i := range g.up {
		if g.loops(i) {
			looped = append(looped, i)
		}
	}
	for _, i := range looped { // who entered whom is no order then
		g.up[i] = g.host
	}
}

// loops says whether an island is above itself.
func (g *grouping) loops(i *Island) bool {
	for above, n := g.up[i], 0; above != nil && n <= len(g.up); above, n = g.up[above], n+1 {
		if above == i {
			return true
		}
	}
	return false
}

// top is the process that has been in the island longest of those whose parent
// is elsewhere.
func (g *grouping) top(i *Island) int {
	var top *ns.Process
	for _, pid := range i.Processes {
		p := g.s.Process(pid)
		if g.chart.of[p.PPID] == i && p.PPID != pid {
			continue
		}
		if top == nil || p.Start < top.Start {
			top = p
		}
	}
	if top == nil {
		return 0
	}
	return top.PID
}

// above is the island of the nearest ancestor that is in another one.
func (g *grouping) above(i *Island) *Island {
	p := g.s.Process(i.Top)
	for n := 0; p != nil && n < len(g.s.Processes); n++ {
		parent := g.s.Process(p.PPID)
		if parent == nil {
			break
		}
		if in := g.chart.of[parent.PID]; in != nil && in != i {
			return in
		}
		p = parent
	}
	return g.host
}

// order lists an island and, behind it, those that came out of it, the oldest
// first.
func (g *grouping) order() {
	below := map[*Island][]*Island{}
	for i, up := range g.up {
		i.Parent, i.Apart = up.ID, Differ(i.NS, up.NS)
		below[up] = append(below[up], i)
	}
	var list func(*Island)
	list = func(i *Island) {
		g.chart.Islands = append(g.chart.Islands, i)
		slices.SortFunc(below[i], func(a, b *Island) int { return cmp.Or(cmp.Compare(g.started(a), g.started(b)), a.Top-b.Top) })
		for _, b := range below[i] {
			list(b)
		}
	}
	list(g.host)
}

// started is when the top process did.
func (g *grouping) started(i *Island) uint64 {
	if p := g.s.Process(i.Top); p != nil {
		return p.Start
	}
	return 0
}
