package draw

import (
	"fmt"

	"isle/ns"
)

// badge is one of the eight marks in an island's row, in the row's order.
type badge struct {
	kind  ns.Kind
	label string
}

var badges = [...]badge{{ns.User, "user"}, {ns.PID, "pid"}, {ns.Net, "net"}, {ns.Mount, "mnt"},
	{ns.UTS, "uts"}, {ns.IPC, "ipc"}, {ns.Cgroup, "cgrp"}, {ns.Time, "time"}}

// badges draws the row of the eight kinds.
func (s *scene) badges(p *pen, n *node, x, y int) {
	for i, b := range badges {
		s.badge(p, n, b, rect{x, y, s.sizes.badgeW[i], s.sizes.badgeH})
		x += s.sizes.badgeW[i] + s.sizes.badgeGap
	}
}

// depthMark is how a badge says how deep a user or PID namespace lies; the first
// level needs no mark.
func depthMark(depth int) string {
	if depth < 2 {
		return ""
	}
	return fmt.Sprintf("·%d", depth)
}

// badge draws one kind: filled if it is the island's own, else an outline. One
// that is shared with islands elsewhere has their number.
func (s *scene) badge(p *pen, n *node, b badge, r rect) {
	class, label, inode := "badge shared", b.label, n.NS[b.kind]
	if n.own(b.kind) {
		class = "badge own"
		label += depthMark(s.depth(inode))
	}
	bond := n.bond[b.kind]
	if bond != nil {
		class += fmt.Sprintf(" ring%d", bond.accent())
	}
	p.open("g", "class", class, "data-kind", b.kind.String(), "data-inode", inode)
	if s.sizes.subY > 0 {
		p.tip(n.state(b.kind))
	}
	p.leaf("rect", "x", r.x, "y", r.y, "width", r.w, "height", r.h, "rx", r.h/4)
	p.open("text", "class", s.sizes.mark.class+" mid", "x", r.x+r.w/2, "y", r.y+r.h*7/10)
	p.raw(label)
	p.shut("text")
	if bond != nil {
		s.disc(p, bond, r.right()-1, r.y)
	}
	p.shut("g")
}

// disc is a bond's number at the corner of a badge.
func (s *scene) disc(p *pen, b *bond, x, y int) {
	text := fmt.Sprint(b.number)
	w := max(12, numberFont.width(text)+6)
	p.leaf("rect", "class", fmt.Sprintf("number s%d", b.accent()), "x", x-w/2, "y", y-6, "width", w, "height", 12, "rx", 6)
	p.open("text", "class", numberFont.class+" mid", "x", x, "y", y+3)
	p.raw(text)
	p.shut("text")
}

// state says a badge in words.
func (n *node) state(k ns.Kind) string {
	what := fmt.Sprintf("%s namespace %d: ", k, n.NS[k])
	switch {
	case n.NS[k] == 0:
		return k.String() + " namespace: could not be read"
	case n.bond[k] != nil:
		return what + fmt.Sprintf("shared by the islands with number %d", n.bond[k].number)
	case n.own(k):
		return what + "of its own"
	}
	return what + "shared with what it lies in"
}
