package draw

import (
	"strconv"
	"unicode"
	"unicode/utf8"
)

// pen writes XML. Names of elements and attributes are this package's own; all
// that comes from a map goes through escape.
type pen struct{ b []byte }

func (p *pen) raw(s string) { p.b = append(p.b, s...) }

// open begins an element. Attributes are pairs of a name and a string or int.
func (p *pen) open(name string, attributes ...any) {
	p.start(name, attributes)
	p.b = append(p.b, '>')
}

// leaf writes an element without content.
func (p *pen) leaf(name string, attributes ...any) {
	p.start(name, attributes)
	p.b = append(p.b, '/', '>')
}

func (p *pen) start(name string, attributes []any) {
	p.b = append(p.b, '<')
	p.b = append(p.b, name...)
	for i := 0; i+1 < len(attributes); i += 2 {
		p.b = append(p.b, ' ')
		p.b = append(p.b, attributes[i].(string)...)
		p.b = append(p.b, '=', '"')
		switch v := attributes[i+1].(type) {
		case int:
			p.b = strconv.AppendInt(p.b, int64(v), 10)
		case uint64:
			p.b = strconv.AppendUint(p.b, v, 10)
		case string:
			p.b = escape(p.b, v)
		}
		p.b = append(p.b, '"')
	}
}

func (p *pen) shut(name string) {
	p.b = append(p.b, '<', '/')
	p.b = append(p.b, name...)
	p.b = append(p.b, '>')
}

// say writes text.
func (p *pen) say(text string) { p.b = escape(p.b, text) }

// tip writes the tooltip of the element that it is in.
func (p *pen) tip(text string) {
	p.open("title")
	p.say(text)
	p.shut("title")
}

// write puts text at a place, cut to what fits in room pixels. What was cut can
// be read in its tooltip.
func (p *pen) write(x, y int, f *font, class, text string, room int) {
	short := f.cut(text, room)
	p.open("text", "class", f.class+class, "x", x, "y", y)
	p.say(short)
	if short != text {
		p.tip(clip(text))
	}
	p.shut("text")
}

// escape appends text for an element or an attribute in double quotes. What has
// no shape of its own - control characters, changes of direction, bytes that are
// not UTF-8 - becomes U+FFFD, but for the line breaks of tooltips, which are ours.
func escape(b []byte, text string) []byte {
	for _, r := range text {
		switch {
		case r == '&':
			b = append(b, "&amp;"...)
		case r == '<':
			b = append(b, "&lt;"...)
		case r == '>':
			b = append(b, "&gt;"...)
		case r == '"':
			b = append(b, "&quot;"...)
		case r == '\'':
			b = append(b, "&#39;"...)
		case r == '\n':
			b = append(b, "&#10;"...)
		default:
			b = utf8.AppendRune(b, visible(r))
		}
	}
	return b
}

func visible(r rune) rune {
	if unicode.IsPrint(r) {
		return r
	}
	return utf8.RuneError
}
