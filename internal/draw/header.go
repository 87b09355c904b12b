package draw

import (
	"fmt"

	"isle/internal/island"
)

// header writes which host it is, and how much there is on it.
func (s *scene) header(p *pen) {
	counts := [...]struct {
		n   int
		one string
	}{
		{s.islandCount(), "island"}, {s.processes(), "process"}, {len(s.m.Namespaces), "namespace"}, {s.linkCount(), "link"},
	}
	x := s.w - margin
	for i := len(counts) - 1; i >= 0; i-- {
		number, word := fmt.Sprint(counts[i].n), plural(counts[i].n, counts[i].one)
		wide := max(countFont.width(number), noteFont.width(word))
		p.write(x, 52, &countFont, " end", number, wide)
		p.write(x, 72, &noteFont, " end", word, wide)
		x -= wide + 30
	}
	p.write(margin, 54, &hostFont, "", s.m.Host, x-margin)
	p.write(margin, 76, &noteFont, "", "Linux "+s.m.Kernel+" · "+s.when(), x-margin)
	s.warn(p)
}

// warn says what an ordinary user does not get to see.
func (s *scene) warn(p *pen) {
	if s.m.Hidden <= 0 {
		return
	}
	text := fmt.Sprintf("%s may not be looked into, and are not shown", count(s.m.Hidden, "process"))
	if s.m.Hidden == 1 {
		text = "1 process may not be looked into, and is not shown"
	}
	p.open("g", "class", "hidden", "role", "note")
	p.leaf("rect", "class", "warn", "x", margin, "y", 90, "width", noteFont.width(text)+28, "height", 26, "rx", 13)
	p.open("text", "class", noteFont.class+" warned", "x", margin+14, "y", 107)
	p.say(text)
	p.shut("text")
	p.shut("g")
}

// legend explains the signs, in a line below the host.
func (s *scene) legend(p *pen) {
	l := &legend{s: s, p: p, x: margin, y: s.h - legendH/2 - 14}
	p.raw("\n")
	p.open("g", "class", "legend", "aria-hidden", "true")
	l.mark("badge own", "a namespace of its own")
	l.mark("badge shared", "shared with what it lies in")
	if len(s.bonds) > 0 {
		l.mark("badge own ring0", "shared between islands of that number")
	}
	for _, of := range sorts[1:] {
		l.sort(of)
	}
	if len(s.wires) > 0 {
		l.p.leaf("path", "class", "link", "d", fmt.Sprintf("M%d %dh26", l.x, l.y+9))
		l.p.leaf("circle", "class", "plug", "cx", l.x+26, "cy", l.y+9, "r", 3)
		l.say(38, "network link")
	}
	p.shut("g")
}

// legend is where the next sign goes.
type legend struct {
	s    *scene
	p    *pen
	x, y int
}

func (l *legend) say(after int, text string) {
	l.p.write(l.x+after, l.y+13, &quietFont, "", text, l.s.w)
	l.x += after + quietFont.width(text) + 22
}

func (l *legend) mark(class, text string) {
	const wide = 30
	l.p.open("g", "class", class, "data-kind", "net")
	l.p.leaf("rect", "x", l.x, "y", l.y, "width", wide, "height", 18, "rx", 4)
	l.p.open("text", "class", badgeFont.class+" mid", "x", l.x+wide/2, "y", l.y+12)
	l.p.raw("net")
	l.p.shut("text")
	if class == "badge own ring0" {
		l.s.disc(l.p, &bond{number: 1}, l.x+wide-1, l.y)
	}
	l.p.shut("g")
	l.say(wide+8, text)
}

func (l *legend) sort(of island.Sort) {
	l.p.leaf("path", "class", "glyph", "transform", fmt.Sprintf("translate(%d %d)", l.x, l.y+3), "d", outline(of))
	l.say(18, string(of))
}
