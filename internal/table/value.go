package table

import (
	"strings"
	"unicode/utf8"
)

// value prints the cell of a row in column i as its kind wants it.
func (p *printer) value(r *Row, i, level int) {
	s := p.cell(r, i)
	switch p.Columns[i].JSON {
	case Number:
		if isNumber(s) {
			p.out = append(p.out, s...)
			return
		}
	case Bool:
		if s == "" || strings.IndexByte("0nN", s[0]) >= 0 {
			p.out = append(p.out, "false"...)
		} else {
			p.out = append(p.out, "true"...)
		}
		return
	case Array:
		p.strings(r.cell(i), level)
		return
	}
	p.out = appendString(p.out, s)
}

// strings prints the lines of a cell, of which an empty cell has one.
func (p *printer) strings(s string, level int) {
	p.out = append(p.out, '[')
	p.newline(level + 1)
	p.out = append(p.out, ' ')
	for more := true; more; {
		var line string
		line, s, more = strings.Cut(s, "\n")
		p.out = appendString(p.out, line)
		if more {
			p.out = append(p.out, ", "...)
		}
	}
	p.newline(level)
	p.out = append(p.out, ']')
}

func appendString(b []byte, s string) []byte {
	if s == "" {
		return append(b, "null"...)
	}
	return appendQuoted(b, s)
}

// appendQuoted appends a JSON string.
func appendQuoted(b []byte, s string) []byte {
	b = append(b, '"')
	done := 0
	for i := 0; i < len(s); i++ {
		if c := s[i]; c >= ' ' && c < utf8.RuneSelf && c != '"' && c != '\\' {
			continue
		}
		_, n := utf8.DecodeRuneInString(s[i:])
		if n == 1 {
			b = append(b, s[done:i]...)
			b = appendEscaped(b, s[i])
			done = i + 1
		}
		i += n - 1
	}
	return append(append(b, s[done:]...), '"')
}

// appendEscaped appends a byte that cannot stand in a JSON string. One that is
// not of UTF-8 becomes the replacement character: libsmartcols lets it through,
// but then it is not JSON any more.
func appendEscaped(b []byte, c byte) []byte {
	const short = "\"\\\b\t\n\f\r"
	if c >= utf8.RuneSelf {
		return append(b, `\ufffd`...)
	}
	if k := strings.IndexByte(short, c); k >= 0 {
		return append(b, '\\', `"\btnfr`[k])
	}
	return append(b, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
}

// isNumber reports whether JSON takes a text for a number. Powers of ten are
// for others than us.
func isNumber(s string) bool {
	whole, fraction, point := strings.Cut(strings.TrimPrefix(s, "-"), ".")
	return digits(whole) && (whole[0] != '0' || len(whole) == 1) && (!point || digits(fraction))
}

func digits(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }

// lower is strings.ToLower for ASCII alone, as in the C locale.
func lower(s string) string {
	b := []byte(s)
	for i, c := range b {
		if c >= 'A' && c <= 'Z' {
			b[i] = c + 'a' - 'A'
		}
	}
	return string(b)
}
