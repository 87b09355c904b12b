package lsns

import (
	"cmp"
	"slices"

	"isle/ns"
)

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

// byKin puts a namespace below its owner or parent, whichever the tree is of. Those
// that are not in the list themselves are added, as rows that have nothing but their
// names. An owner or parent comes when the first that is below it does.
func (v *view) byKin(list []*row) (top []*row) {
	rows, placed := map[uint64]*row{}, map[uint64]bool{}
	for _, r := range list {
		rows[r.n.Inode] = r
	}
	if v.o.Task == 0 && !v.o.Persistent { // else only what those need
		list = v.withRelatives(list, rows)
	}
	var place func(inode uint64)
	place = func(inode uint64) {
		n := v.s.Find(inode)
		if n == nil || placed[inode] {
			return
		}
		placed[inode] = true
		if above := v.kin(n); above != 0 {
			place(above)
		} else {
			place(n.Owner)
		}
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

// withRelatives adds the owners and parents of a list to it, and theirs. The list
// is by inode number before and after.
func (v *view) withRelatives(list []*row, rows map[uint64]*row) []*row {
	list = slices.Clone(list)
	for i := 0; i < len(list); i++ {
		for _, inode := range [...]uint64{list[i].n.Owner, list[i].n.Parent} {
			if n := v.s.Find(inode); n != nil && rows[inode] == nil {
				rows[inode] = &row{n: n}
				list = append(list, rows[inode])
			}
		}
	}
	slices.SortFunc(list, func(a, b *row) int { return cmp.Compare(a.n.Inode, b.n.Inode) })
	return list
}

// kin is the inode number of the namespace that one is below of, 0 for none.
func (v *view) kin(n *ns.Namespace) uint64 {
	if v.o.Tree == ByParent {
		return n.Parent
	}
	return n.Owner
}
