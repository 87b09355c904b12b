package draw

import (
	"fmt"
	"strings"
)

// keeps draws the namespaces that no process is in.
func (s *scene) keeps(p *pen) {
	if len(s.kept) == 0 {
		return
	}
	p.raw("\n")
	p.open("g", "class", "keeps", "role", "group", "aria-label", "held without a process")
	h := s.hold
	p.leaf("rect", "class", "hold", "x", h.x, "y", h.y, "width", h.w, "height", h.h, "rx", 18)
	p.write(s.root.box.x+hostPad, h.y+21, &noteFont, "", "Held without a process", h.w)
	for _, k := range s.kept {
		s.box(p, k)
	}
	p.shut("g")
}

func (s *scene) box(p *pen, k *keep) {
	z, b := s.sizes, k.box
	inode := "" // of a rest there are many
	if k.of != nil {
		inode = k.title()
	}
	label := fmt.Sprintf("%s namespace %s: %s", k.kind, inode, clip(k.held()))
	if k.of == nil {
		label = k.title() + " " + k.held()
	}
	p.raw("\n")
	p.open("g", "class", "kept", "id", k.id, "data-id", k.id, "data-inode", inode, "data-kind", k.kind.String(),
		"tabindex", "0", "role", "button", "aria-label", label)
	p.tip(k.tale(label))
	p.leaf("rect", "class", "box", "x", b.x, "y", b.y, "width", b.w, "height", b.h, "rx", z.corner)
	s.inscribe(p, k, b.x+z.pad, b.w-2*z.pad)
	p.shut("g")
}

// inscribe writes the kind as a badge, the number beside it, and below what holds it.
func (s *scene) inscribe(p *pen, k *keep, x, room int) {
	z, b := s.sizes, k.box
	wide := 0
	for i := range badges {
		if badges[i].kind == k.kind {
			wide = z.badgeW[i]
			p.open("g", "class", "badge own", "data-kind", k.kind.String())
			p.leaf("rect", "x", x, "y", b.y+z.keptY(), "width", wide, "height", z.badgeH, "rx", z.badgeH/4)
			p.open("text", "class", z.mark.class+" mid", "x", x+wide/2, "y", b.y+z.keptY()+z.badgeH*7/10)
			p.raw(badges[i].label)
			p.shut("text")
			p.shut("g")
		}
	}
	p.write(x+wide+8, b.y+z.keptY()+z.badgeH-5, &quietFont, "", k.title(), room-wide-8)
	line := b.y + z.keptY() + z.badgeH + 15
	p.write(x, line, &quietFont, "", k.held(), room)
	if z.portY > 0 && len(k.ends) > 0 {
		p.write(x, line+16, &portFont, "", strings.Join(k.ends, " · "), room)
	}
}

// keptY is where the badge of a box begins.
func (z *sizes) keptY() int { return z.pad * 5 / 7 }

// tale is the box's tooltip: all that holds the namespace, up to a few lines.
func (k *keep) tale(label string) string {
	const few = 12
	if k.of == nil || len(k.of.Held) < 2 {
		return label
	}
	lines := []string{fmt.Sprintf("%s namespace %d", k.kind, k.of.Inode)}
	for i, h := range k.of.Held {
		if i == few {
			lines = append(lines, fmt.Sprintf("and %d more", len(k.of.Held)-few))
			break
		}
		lines = append(lines, clip(strings.ReplaceAll(h, "\n", "\ufffd")))
	}
	return strings.Join(lines, "\n")
}
