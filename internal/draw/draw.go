package draw

import (
	"fmt"
	"io"

	"isle/internal/atlas"
)

// Options say how a map is drawn. The zero value is a document of its own.
type Options struct {
	// Embedded leaves out the XML header, for an HTML page to put the drawing in.
	Embedded bool
	// Width is what to aim for, in pixels of CSS. 0 takes what suits the number of
	// islands. A drawing is wider where its islands need it.
	Width int
}

// paper is about what an island takes, in bytes.
const paper = 2400

// SVG draws a map as one SVG document. The same map gives the same bytes. It is
// written in one piece: w sees a whole drawing or none.
func SVG(w io.Writer, m *atlas.Map, o Options) error {
	s := arrange(m, o.Width)
	p := &pen{b: make([]byte, 0, paper*(len(s.nodes)+10))}
	if !o.Embedded {
		p.raw(`<?xml version="1.0" encoding="UTF-8"?>` + "\n")
	}
	role := "img"
	if o.Embedded {
		role = "group" // of buttons
	}
	s.draw(p, role)
	if _, err := w.Write(p.b); err != nil {
		return fmt.Errorf("write drawing: %w", err)
	}
	return nil
}

// draw puts everything on paper, from the ground up: lines lie on the islands.
func (s *scene) draw(p *pen, role string) {
	s.begin(p, role)
	s.header(p)
	s.islands(p)
	s.keeps(p)
	s.links(p)
	s.shares(p)
	s.legend(p)
	p.shut("svg")
	p.raw("\n")
}

// begin writes the root, its name in words, the style and the sea.
func (s *scene) begin(p *pen, role string) {
	view := fmt.Sprintf("0 0 %d %d", s.w, s.h)
	p.open("svg", "xmlns", "http://www.w3.org/2000/svg", "class", "isle-map", "role", role,
		"aria-labelledby", "isle-map-title isle-map-desc",
		"viewBox", view, "width", s.w, "height", s.h)
	p.open("title", "id", "isle-map-title")
	p.say("Map of " + s.m.Host)
	p.shut("title")
	p.open("desc", "id", "isle-map-desc")
	p.say(s.summary())
	p.shut("desc")
	p.raw("\n<style>" + style() + "</style>\n")
	p.raw(`<defs><pattern id="isle-waves" width="72" height="36" patternUnits="userSpaceOnUse">` +
		`<path class="wave" d="M6 10q6 -5 12 0t12 0M42 28q6 -5 12 0t12 0"/></pattern></defs>`)
	p.leaf("rect", "class", "sea", "width", s.w, "height", s.h)
	p.leaf("rect", "width", s.w, "height", s.h, "fill", "url(#isle-waves)")
}
