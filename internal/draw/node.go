package draw

import (
	"isle/internal/island"
	"isle/ns"
)

// node is an island, what lies in it, and where.
type node struct {
	*island.Island
	place
	in    *node
	kids  []*node // in the order in which they are laid out
	level int     // 0 for the host
	bond  [len(ns.Kinds)]*bond
	buses []*bus
	lot   lot
}

// plant makes the tree of islands. A map may come from anywhere: an island whose
// parent is not in front of it is put on the host, so that the tree has no loops.
func (s *scene) plant() {
	byID := make(map[string]*node, len(s.m.Islands))
	for _, i := range s.m.Islands {
		if i == nil {
			continue
		}
		n := &node{Island: i}
		n.place = place{id: i.ID, node: n}
		s.attach(n, byID[i.Parent])
		if byID[i.ID] == nil {
			byID[i.ID] = n
		}
		s.nodes = append(s.nodes, n)
	}
	if s.root == nil {
		s.root = &node{Island: &island.Island{Sort: island.Host}}
	}
}

func (s *scene) attach(n, parent *node) {
	if s.root == nil {
		s.root = n
		return
	}
	if parent == nil {
		parent = s.root
	}
	n.in, n.level = parent, parent.level+1
	parent.kids = append(parent.kids, n)
}

// own says whether a namespace is the island's own: nobody lent the host one.
func (n *node) own(k ns.Kind) bool {
	return n.NS[k] != 0 && (n.Apart.Has(k) || n.in == nil)
}

// within says whether n lies in outer, however deep.
func (n *node) within(outer *node) bool {
	for ; n != nil; n = n.in {
		if n == outer {
			return true
		}
	}
	return false
}

// under returns which of outer's kids n is or lies in.
func (n *node) under(outer *node) *node {
	for n != nil && n.in != outer {
		n = n.in
	}
	return n
}
