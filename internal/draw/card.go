package draw

import (
	"fmt"
	"strings"

	"isle/internal/island"
)

// glyph is the outline of a sort's sign, 12 pixels wide and high.
type glyph struct {
	sort island.Sort
	path string
}

var glyphs = [...]glyph{
	{island.Host, "M1 2.5h10v6h-10zM4 11.5h4M6 8.5v3"},
	{island.Container, "M6 .8l5 2.7v5.2l-5 2.7l-5 -2.7v-5.2zM1 3.5l5 2.7l5 -2.7M6 6.2v5.2"},
	{island.Unit, "M6 3.6a2.4 2.4 0 1 0 .01 0M6 .6v2M6 9.4v2M.6 6h2M9.4 6h2M2.2 2.2l1.4 1.4M8.4 8.4l1.4 1.4M9.8 2.2l-1.4 1.4M3.6 8.4l-1.4 1.4"},
	{island.Sandbox, "M1.5 1.5h9v9h-9zM4 4h4v4h-4z"},
}

// outline returns a sort's sign: any other than those known is a sandbox.
func outline(of island.Sort) string {
	for _, g := range glyphs {
		if g.sort == of {
			return g.path
		}
	}
	return glyphs[len(glyphs)-1].path
}

// islands draws the cards beside each other in the document, outer ones first.
func (s *scene) islands(p *pen) {
	b := s.root.box
	for i, class := range []string{"shelf far", "shelf"} {
		d := 14 - 7*i
		p.leaf("rect", "class", class, "x", b.x-d, "y", b.y-d, "width", b.w+2*d, "height", b.h+2*d, "rx", 26+d)
	}
	p.raw("\n")
	p.open("g", "class", "islands", "role", "group", "aria-label", "islands")
	if len(s.nodes) == 0 {
		p.open("g", "class", "sort-host")
		p.leaf("rect", "class", "land", "x", b.x, "y", b.y, "width", b.w, "height", b.h, "rx", 26)
		p.shut("g")
	}
	for _, n := range s.nodes {
		s.card(p, n)
	}
	p.shut("g")
}

// card draws an island and what is its own.
func (s *scene) card(p *pen, n *node) {
	p.raw("\n")
	p.open("g", "class", "island sort-"+sortClass(n.Sort), "id", "island-"+n.ID, "data-id", n.ID,
		"data-parent", n.Parent, "data-kinds", kindWords(n.Apart), "tabindex", "0", "role", "button",
		"aria-label", n.words())
	p.tip(n.tale())
	s.ground(p, n)
	if n == s.root {
		s.hostCard(p, n)
	} else {
		s.front(p, n)
	}
	p.shut("g")
}

// sortClass keeps a sort that this package does not know out of the class.
func sortClass(of island.Sort) string {
	for _, g := range glyphs {
		if g.sort == of {
			return string(of)
		}
	}
	return string(island.Sandbox)
}

// ground draws the land, and the shallow water around it.
func (s *scene) ground(p *pen, n *node) {
	b, corner, class := n.box, s.sizes.corner, "land"
	if n == s.root {
		corner = 26
	} else if n.level%2 == 0 {
		class = "land inland"
	}
	if n.level == 1 && s.sizes.subY > 0 {
		p.leaf("rect", "class", "shoal", "x", b.x-4, "y", b.y-4, "width", b.w+8, "height", b.h+8, "rx", corner+4)
	}
	p.leaf("rect", "class", class, "x", b.x, "y", b.y, "width", b.w, "height", b.h, "rx", corner)
}

// front draws the lines of text and the badges of a card.
func (s *scene) front(p *pen, n *node) {
	z, b := s.sizes, n.box
	x, room := b.x+z.pad, b.w-2*z.pad
	p.leaf("path", "class", "glyph", "transform", fmt.Sprintf("translate(%d %d)", x, b.y+z.titleY-11), "d", outline(n.Sort))
	p.write(x+18, b.y+z.titleY, z.title, "", n.Name, room-18)
	if z.subY > 0 {
		p.write(x, b.y+z.subY, &quietFont, "", n.facts(), room)
	}
	if z.portY > 0 && len(n.ends) > 0 {
		p.write(x, b.y+z.portY, &portFont, "", strings.Join(n.ends, " · "), room)
	}
	s.badges(p, n, x, b.y+z.badgeY)
}

// hostCard has its badges at the right.
func (s *scene) hostCard(p *pen, n *node) {
	z, b := s.sizes, n.box
	row := z.leafW - 2*z.pad
	room := b.w - 2*hostPad - row - 20
	p.leaf("path", "class", "glyph", "transform", fmt.Sprintf("translate(%d %d) scale(1.4)", b.x+hostPad, b.y+21), "d", outline(n.Sort))
	p.write(b.x+hostPad+26, b.y+34, &titleFont, "", n.Name, room-26)
	p.write(b.x+hostPad, b.y+54, &quietFont, "", n.facts(), room)
	s.badges(p, n, b.right()-hostPad-row, b.y+24)
}
