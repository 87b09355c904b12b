package bundle

import "strconv"

// path is the way from the top of a document to the value at hand: one step for
// every object and array that is open. It is written as text only where a
// problem is found.
type path []step

// step is the member or element at hand of one open object or array.
type step struct {
	name  string // of the member, in an object
	index int    // of the element, in an array; else named or nowhere
}

const (
	named   = -1 // an object's step: name counts
	nowhere = -2 // between two members or elements
)

// text writes the path as jq reads it: .mounts[3].destination, and
// .linux.sysctl["net.core.somaxconn"] where a name is no plain word. The whole
// document is a dot.
func (p path) text() string {
	out := make([]byte, 0, 64)
	for _, s := range p {
		switch {
		case s.index == nowhere:
			continue
		case s.index >= 0:
			out = append(strconv.AppendInt(append(out, '['), int64(s.index), 10), ']')
		case plain(s.name):
			out = append(append(out, '.'), s.name...)
		default:
			out = append(append(append(out, '['), quoted(s.name)...), ']')
		}
	}
	if len(out) == 0 || out[0] != '.' {
		return "." + string(out)
	}
	return string(out)
}

// plain says whether name can stand behind a dot without quotes.
func plain(name string) bool {
	for i := range len(name) {
		c := name[i]
		letter := c == '_' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
		if !letter && (i == 0 || c < '0' || c > '9') {
			return false
		}
	}
	return name != ""
}

// quoted returns s in quotes for a message: printable, and cut where it is long.
func quoted(s string) string {
	const longest = 64
	if len(s) > longest {
		return strconv.QuoteToASCII(s[:longest]) + "..."
	}
	return strconv.Quote(s)
}
