package bundle

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// scanner goes through the text of one JSON document (RFC 8259). Its strings are
// parts of the text wherever they hold no escape, so that nothing is copied.
type scanner struct {
	text   string
	at     int    // the next byte
	broken string // why reading ended, with line and column; "" while it goes on
}

// fail ends the reading at offset: what follows finds an empty text. The first
// failure counts.
func (s *scanner) fail(offset int, reason string) {
	if s.broken == "" {
		line, column := s.position(offset)
		s.broken = "line " + strconv.Itoa(line) + ", column " + strconv.Itoa(column) + ": " + reason
	}
	s.at = len(s.text)
}

// position returns the line and the column of a byte, both from 1; columns are
// characters.
func (s *scanner) position(offset int) (line, column int) {
	before := s.text[:offset]
	start := strings.LastIndexByte(before, '\n') + 1
	return 1 + strings.Count(before, "\n"), 1 + utf8.RuneCountInString(before[start:])
}

// peek passes over white space and returns the byte behind it, or 0 at the end.
func (s *scanner) peek() byte {
	for ; s.at < len(s.text); s.at++ {
		switch c := s.text[s.at]; c {
		case ' ', '\t', '\n', '\r':
		default:
			return c
		}
	}
	return 0
}

// unexpected ends the reading because something other than want is the very next.
func (s *scanner) unexpected(want string) {
	found := "the end of the document"
	if s.at < len(s.text) {
		found = "a byte that is not UTF-8"
		if r, size := utf8.DecodeRuneInString(s.text[s.at:]); r != utf8.RuneError || size > 1 {
			found = strconv.QuoteRune(r)
		}
	}
	s.fail(s.at, "want "+want+", found "+found)
}

// take passes over c if it is next, white space before it.
func (s *scanner) take(c byte) bool {
	if s.peek() != c || s.at == len(s.text) {
		return false
	}
	s.at++
	return true
}

// word passes over the literal word if it is next.
func (s *scanner) word(word string) bool {
	s.peek()
	if !strings.HasPrefix(s.text[s.at:], word) {
		return false
	}
	s.at += len(word)
	return true
}

// numeric says whether a value that begins with c is a number.
func numeric(c byte) bool { return c == '-' || '0' <= c && c <= '9' }

// numeral returns the number that is next as it is written.
func (s *scanner) numeral() string {
	start := s.at
	s.pass('-')
	if !s.pass('0') && !s.digits() {
		s.unexpected("a digit")
		return ""
	}
	if s.pass('.') && !s.digits() {
		s.unexpected("a digit behind the point")
		return ""
	}
	if s.pass('e') || s.pass('E') {
		if !s.pass('+') {
			s.pass('-')
		}
		if !s.digits() {
			s.unexpected("a digit of the exponent")
			return ""
		}
	}
	return s.text[start:s.at]
}

// pass passes over c if it is the very next byte.
func (s *scanner) pass(c byte) bool {
	if s.at < len(s.text) && s.text[s.at] == c {
		s.at++
		return true
	}
	return false
}

func (s *scanner) digits() bool {
	start := s.at
	for s.at < len(s.text) && '0' <= s.text[s.at] && s.text[s.at] <= '9' {
		s.at++
	}
	return s.at > start
}
