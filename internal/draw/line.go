package draw

import (
	"cmp"
	"fmt"
	"slices"
)

// busH is the height of a bus's row.
func (s *scene) busH() int { return s.sizes.rowGap/2 + 22 }

// links draws the buses and the links between networks.
func (s *scene) links(p *pen) {
	p.raw("\n")
	p.open("g", "class", "links")
	for _, n := range s.nodes {
		for i, b := range n.buses {
			b.y = n.box.y + n.lot.head - (len(n.buses)-i)*s.busH() + 8
			b.from = n.box.x + s.sizes.pad
			if n == s.root {
				b.from = n.box.x + hostPad
			}
			b.from += 10
			b.to = b.from
		}
	}
	for _, w := range s.wires {
		s.wire(p, w)
	}
	for _, n := range s.nodes {
		for _, b := range n.buses {
			s.bar(p, b)
		}
	}
	p.shut("g")
}

// wire draws a link, with plugs where it ends: not at a bus, which is drawn over it.
func (s *scene) wire(p *pen, w *wire) {
	points, ends := []point(nil), 1
	if w.bus != nil {
		points = s.down(w.bus, w.to, s.plug(w.to))
		w.bus.from, w.bus.to = min(w.bus.from, points[0].x), max(w.bus.to, points[0].x)
	} else {
		points, ends = s.across(w.from, w.to), 2
	}
	p.raw("\n")
	p.open("path", "class", "link "+linkClass(w.kind), "data-from", w.from.id, "data-to", w.to.id, "d", bent(points))
	p.tip(fmt.Sprintf("%s: %s – %s", clip(w.kind), clip(end(w.near)), clip(end(w.far))))
	p.shut("path")
	for _, at := range []point{points[len(points)-1], points[0]}[:ends] {
		p.leaf("circle", "class", "plug", "cx", at.x, "cy", at.y, "r", 3)
	}
}

// plug is how high up the next link ends at a place.
func (s *scene) plug(at *place) int {
	y := at.box.y + s.sizes.plugY
	if at.node == nil {
		y = at.box.y + s.sizes.keptH/2
	}
	y += min(at.plugs, 4) * 4
	at.plugs++
	return min(y, at.box.bottom()-8)
}

// linkClass keeps a kind to one word: what it says comes from the map.
func linkClass(kind string) string {
	for _, r := range kind {
		if r < 'a' || r > 'z' {
			return "other"
		}
	}
	return kind
}

// bar draws a bus over the lines that come from it, with its name on it.
func (s *scene) bar(p *pen, b *bus) {
	x := b.on.box.x + s.sizes.pad
	room := b.on.box.w - 2*s.sizes.pad
	if b.on == s.root {
		x, room = b.on.box.x+hostPad, b.on.box.w-2*hostPad
	}
	wide := min(portFont.width(b.label())+20, room)
	p.raw("\n")
	p.open("g", "class", "bus", "data-id", b.on.ID, "data-inode", b.net)
	p.tip(b.label())
	p.leaf("path", "class", "bar", "d", fmt.Sprintf("M%d %dH%d", b.from, b.y, b.to))
	p.leaf("rect", "x", x, "y", b.y-10, "width", wide, "height", 20, "rx", 10)
	p.write(x+10, b.y+4, &portFont, "", b.label(), wide-20)
	p.shut("g")
}

// shares draws the bonds as ropes of a line for each kind, if they are few.
func (s *scene) shares(p *pen) {
	ropes := 0
	for _, b := range s.bonds {
		ropes += len(b.members) - 1
	}
	if ropes > linked {
		return
	}
	p.raw("\n")
	p.open("g", "class", "shares")
	for _, b := range s.bonds {
		members := slices.SortedStableFunc(slices.Values(b.members), func(x, y *node) int {
			return cmp.Or(cmp.Compare(x.box.y, y.box.y), cmp.Compare(x.box.x, y.box.x))
		})
		for i := range members[1:] {
			s.rope(p, b, members[i], members[i+1])
		}
	}
	p.shut("g")
}

func (s *scene) rope(p *pen, b *bond, from, to *node) {
	z := s.sizes
	if from.within(to) || to.within(from) {
		return
	}
	kinds := b.kinds.Kinds()
	for i, k := range kinds {
		shift := (2*i - len(kinds) + 1) * 2
		d := curve(from.box, to.box, z.badgeY+z.badgeH/2, z.gap, z.rowGap, shift)
		p.raw("\n")
		p.open("path", "class", fmt.Sprintf("share s%d", b.accent()), "data-kind", k.String(),
			"data-inode", from.NS[k], "data-islands", from.ID+" "+to.ID, "d", d)
		p.tip(fmt.Sprintf("one %s namespace: %s and %s", k, clip(from.Name), clip(to.Name)))
		p.shut("path")
	}
}
