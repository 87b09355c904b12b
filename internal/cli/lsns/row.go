package lsns

import (
	"slices"

	"isle/ns"
)

// row is a line of the table: a namespace with the process that has been in it
// longest, or a process.
type row struct {
	n        *ns.Namespace
	procs    int         // how many processes are in it
	p        *ns.Process // nil: none is
	children []*row
}

// rows are the namespaces to be listed, by inode number.
func (v *view) rows() []*row {
	var list []*row
	for _, n := range v.s.Namespaces {
		if v.wanted(n) {
			list = append(list, v.row(n))
		}
	}
	return list
}

func (v *view) wanted(n *ns.Namespace) bool {
	o := v.o
	if o.Types != 0 && !o.Types.Has(n.Kind) {
		return false
	}
	if o.Task != 0 {
		p := v.s.Process(o.Task)
		return p != nil && p.NS[n.Kind] == n.Inode
	}
	members := len(n.Held.Processes) + len(n.Held.Tasks)
	if o.Persistent {
		return members == 0 && held(n)
	}
	return members > 0 || held(n)
}

// held says whether something of its own keeps the namespace. One that is
// merely the owner or parent of another appears in trees only.
func held(n *ns.Namespace) bool {
	h := n.Held
	return len(h.Files)+len(h.Sockets)+len(h.Mounts)+len(h.ForChildren)+len(h.Processes)+len(h.Tasks) > 0
}

// row is that of a namespace. A thread that is in another namespace than its
// process's first counts for the process.
func (v *view) row(n *ns.Namespace) *row {
	r := &row{n: n, procs: len(n.Held.Processes)}
	lead := 0
	if r.procs > 0 {
		lead = n.Held.Processes[0]
	}
	last := 0
	for _, t := range n.Held.Tasks { // by process
		if _, in := slices.BinarySearch(n.Held.Processes, t.PID); in || t.PID == last {
			continue
		}
		last = t.PID
		r.procs++
		if lead == 0 || t.PID < lead {
			lead = t.PID
		}
	}
	r.p = v.s.Process(lead)
	return r
}

// members are the processes in a namespace.
func (v *view) members(inode uint64) ([]*row, bool) {
	n := v.s.Find(inode)
	if n == nil || len(n.Held.Processes)+len(n.Held.Tasks) == 0 {
		return nil, false
	}
	pids := slices.Clone(n.Held.Processes)
	for _, t := range n.Held.Tasks {
		pids = append(pids, t.PID)
	}
	slices.Sort(pids)
	var list []*row
	for _, pid := range slices.Compact(pids) {
		if p := v.s.Process(pid); p != nil {
			list = append(list, &row{n: n, procs: 1, p: p})
		}
	}
	return list, true
}
