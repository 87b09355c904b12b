package draw

import (
	"fmt"
	"strconv"

	"isle/internal/atlas"
	"isle/ns"
)

// keep is a namespace that no island is in, or the rest of a kind's.
type keep struct {
	place
	kind ns.Kind
	of   *atlas.Namespace // nil for a rest
	more int              // how many a rest stands for
}

// A host can keep hundreds of namespaces. If there are more than keepAll, each
// kind shows keepEach of them and one box for the others.
const keepAll, keepEach = 40, 7

// keep lists the namespaces that no island is in, in the order of the badges.
func (s *scene) keep() {
	byKind, all := [len(ns.Kinds)][]*atlas.Namespace{}, 0
	for _, n := range s.m.Namespaces {
		if n != nil && len(n.Islands) == 0 && int(n.Kind) < len(byKind) {
			byKind[n.Kind] = append(byKind[n.Kind], n)
			all++
		}
	}
	s.places = map[uint64]*place{}
	for _, b := range badges {
		shown := byKind[b.kind]
		if all > keepAll && len(shown) > keepEach {
			shown = shown[:keepEach]
		}
		for _, n := range shown {
			s.addKeep(&keep{kind: b.kind, of: n}, strconv.FormatUint(n.Inode, 10), n)
		}
		if rest := byKind[b.kind][len(shown):]; len(rest) > 0 {
			s.addKeep(&keep{kind: b.kind, more: len(rest)}, "more-"+b.kind.String(), rest...)
		}
	}
}

func (s *scene) addKeep(k *keep, id string, of ...*atlas.Namespace) {
	k.id = "kept-" + id
	s.kept = append(s.kept, k)
	if k.kind != ns.Net {
		return
	}
	for _, n := range of {
		s.places[n.Inode] = &k.place
	}
}

// title is the box's first line, and held its second.
func (k *keep) title() string {
	if k.of == nil {
		return fmt.Sprintf("and %d more", k.more)
	}
	return strconv.FormatUint(k.of.Inode, 10)
}

func (k *keep) held() string {
	switch {
	case k.of == nil:
		return k.kind.String() + " namespaces"
	case len(k.of.Held) == 0:
		return "nothing in sight holds it"
	case len(k.of.Held) == 1:
		return k.of.Held[0]
	}
	return fmt.Sprintf("%s +%d", k.of.Held[0], len(k.of.Held)-1)
}
