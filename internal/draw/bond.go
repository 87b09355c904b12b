package draw

import (
	"fmt"
	"strings"

	"isle/ns"
)

// bond is islands that share namespaces without lying in each other, as the
// containers of a pod do. It has one number for all the kinds that they share.
type bond struct {
	number  int
	members []*node
	kinds   ns.Set
}

// bind finds the bonds. Those who have a namespace from the island that they lie
// in do not count: that is shown by lying there.
func (s *scene) bind() {
	byMembers := map[string]*bond{}
	for _, k := range ns.Kinds {
		sharing, order := map[uint64][]*node{}, []uint64{}
		for _, n := range s.nodes {
			inode := n.NS[k]
			if inode == 0 || n.in != nil && n.in.NS[k] == inode {
				continue
			}
			if sharing[inode] == nil {
				order = append(order, inode)
			}
			sharing[inode] = append(sharing[inode], n)
		}
		for _, inode := range order {
			if members := sharing[inode]; len(members) > 1 {
				s.bindTo(byMembers, members, k)
			}
		}
	}
}

func (s *scene) bindTo(byMembers map[string]*bond, members []*node, k ns.Kind) {
	var key strings.Builder
	for _, n := range members {
		fmt.Fprintf(&key, "%p ", n)
	}
	b := byMembers[key.String()]
	if b == nil {
		b = &bond{number: len(s.bonds) + 1, members: members}
		byMembers[key.String()] = b
		s.bonds = append(s.bonds, b)
	}
	b.kinds = b.kinds.With(k)
	for _, n := range members {
		n.bond[k] = b
	}
}

// accent is the bond's colour: one of the palette's.
func (b *bond) accent() int { return (b.number - 1) % accents }

// unbound is first's answer for an island without a bond.
const unbound = 1 << 30

// first returns the lowest number of n's bonds: islands that share are laid out
// beside each other.
func (n *node) first() int {
	number := unbound
	for _, b := range n.bond {
		if b != nil {
			number = min(number, b.number)
		}
	}
	return number
}
