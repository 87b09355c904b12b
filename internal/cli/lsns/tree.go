package lsns

import "isle/ns"

// tree puts rows below others, and returns those at the top.
func (v *view) tree(list []*row) []*row {
	switch {
	case v.o.Namespace != 0:
		top, order := family(list)
		if !v.o.branching() {
			for _, r := range order {
				r.children = nil
			}
			return order
		}
		return top
	case !v.o.branching():
		return list
	case v.o.Tree == ByProcess:
		return byProcess(list)
	}
	return v.byKin(list)
}

// byProcess puts a row below that of its process's parent: of the rows that this
// one has, the last before it.
func byProcess(list []*row) (top []*row) {
	rows := map[int]*row{}
	for _, r := range list {
		var above *row
		if r.p != nil {
			above = rows[r.p.PPID]
			rows[r.p.PID] = r
		}
		if above == nil {
			top = append(top, r)
		} else {
			above.children = append(above.children, r)
		}
	}
	return top
}

// family puts processes below their parents, wherever in the list those are. A
// parent comes when the first of its children does, which is also the order of
// a list.
func family(list []*row) (top, order []*row) {
	rows := map[int]*row{}
	for _, r := range list {
		rows[r.p.PID] = r
	}
	placed := map[*row]bool{}
	var place func(r *row)
	place = func(r *row) {
		if placed[r] {
			return
		}
		placed[r] = true
		if above := rows[r.p.PPID]; above == nil || above == r {
			top = append(top, r)
		} else {
			place(above)
			above.children = append(above.children, r)
		}
		order = append(order, r)
	}
	for _, r := range list {
		place(r)
	}
	return top, order
}

// byKin puts a namespace below its owner or parent. Those that are not in the
// list themselves are added, as rows that have nothing but their names. Owners
// and parents come when the first that has them does.
func (v *view) byKin(list []*row) (top []*row) {
	rows, placed := map[uint64]*row{}, map[uint64]bool{}
	for _, r := range list {
		rows[r.n.Inode] = r
	}
	var place func(inode uint64)
	place = func(inode uint64) {
		n := v.s.Find(inode)
		if n == nil || placed[inode] {
			return
		}
		placed[inode] = true
		place(n.Owner)
		place(n.Parent)
		if rows[inode] == nil {
			rows[inode] = &row{n: n}
		}
		if above := rows[v.kin(n)]; above != nil {
			above.children = append(above.children, rows[inode])
		} else {
			top = append(top, rows[inode])
		}
	}
	for _, r := range list {
		place(r.n.Inode)
	}
	return top
}

// kin is the inode number of the namespace that one is below of, 0 for none.
func (v *view) kin(n *ns.Namespace) uint64 {
	if v.o.Tree == ByParent {
		return n.Parent
	}
	return n.Owner
}
