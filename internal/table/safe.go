package table

import (
	"strings"
	"unicode/utf8"
)

const hex = "0123456789abcdef"

// plain reports whether a text is printed as it is, each byte in one cell. It
// may say no to one that is, which then takes longer.
func plain(s string) bool {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c > '~' || c == '\\' {
			return false
		}
	}
	return true
}

// appendSafe appends a text with the bytes that no terminal should see written
// as \x1b: a process may call itself what it likes. A backslash before an x is
// written so too, lest the text itself look like that.
func appendSafe(b []byte, s string, ascii bool) []byte {
	if plain(s) {
		return append(b, s...)
	}
	for i := 0; i < len(s); {
		n, safe := 1, s[i] >= ' ' && s[i] <= '~' && !strings.HasPrefix(s[i:], `\x`)
		if s[i] >= utf8.RuneSelf && !ascii {
			var r rune
			r, n = utf8.DecodeRuneInString(s[i:])
			safe = (r != utf8.RuneError || n > 1) && printable(r)
		}
		if safe {
			b = append(b, s[i:i+n]...)
		} else {
			b = appendHex(b, s[i:i+n])
		}
		i += n
	}
	return b
}

// appendWord appends a text with everything but visible ASCII written as \x20,
// and the backslash too: the result is one word, and tells what it was.
func appendWord(b []byte, s string) []byte {
	for i := range len(s) {
		if c := s[i]; c > ' ' && c <= '~' && c != '\\' {
			b = append(b, c)
		} else {
			b = appendHex(b, s[i:i+1])
		}
	}
	return b
}

func appendHex(b []byte, s string) []byte {
	for i := range len(s) {
		b = append(b, '\\', 'x', hex[s[i]>>4], hex[s[i]&15])
	}
	return b
}

// Safe is a text as a table for people prints it: no byte in it moves a
// terminal's cursor or changes its colours, whoever the text comes from.
func Safe(s string) string { return string(appendSafe(nil, s, false)) }
