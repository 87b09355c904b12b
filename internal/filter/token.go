package filter

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// token is the smallest part of an expression. One that cannot be read is part
// of no expression, and so its error comes up where the parser gets to it.
type token struct {
	at     int // offset of its first byte
	source string
	kind   tokenKind
	name   string // of an operator: its first spelling; of a column: as it was written
	value  Value  // of a literal
	err    string // of a bad token
}

type tokenKind uint8

const (
	end tokenKind = iota
	operator
	column
	literal
	bad
)

// signs are the operators and parentheses, the longer before those they begin with.
var signs = [...]string{"==", "!=", "<=", ">=", "=~", "!~", "&&", "||", "<", ">", "!", "(", ")"}

// words are the operators that can also be written as words, all in capitals or
// all in small letters.
var words = [...]struct{ word, sign string }{
	{"EQ", "=="}, {"NE", "!="}, {"LE", "<="}, {"GE", ">="}, {"LT", "<"}, {"GT", ">"},
	{"AND", "&&"}, {"OR", "||"}, {"NOT", "!"},
}

// next reads the token that comes first in text behind an offset.
func next(text string, from int) token {
	rest := strings.TrimLeft(text[from:], " \t\r\n")
	t := read(rest)
	t.at = len(text) - len(rest)
	return t
}

// read reads the token that s begins with.
func read(s string) token {
	if s == "" {
		return token{kind: end}
	}
	for _, sign := range signs {
		if strings.HasPrefix(s, sign) {
			return token{kind: operator, source: sign, name: sign}
		}
	}
	switch c := s[0]; {
	case c == '"' || c == '\'':
		return quoted(s)
	case isDigit(c):
		return number(run(s))
	case isLetter(c):
		return word(run(s))
	}
	_, n := utf8.DecodeRuneInString(s)
	return token{kind: bad, source: s[:n], err: fmt.Sprintf("unexpected %q", s[:n])}
}

// quoted reads a string. In it a backslash is a backslash, for the sake of
// regular expressions: a text with one kind of quote is put into the other.
func quoted(s string) token {
	n := strings.IndexAny(s[1:], s[:1]+"\n") + 1
	if n == 0 || s[n] == '\n' {
		return token{kind: bad, source: s, err: "a string without its closing " + s[:1]}
	}
	return token{kind: literal, source: s[:n+1], value: String(s[1:n])}
}

func number(s string) token {
	v, err := literalNumber(s)
	if err != nil {
		return token{kind: bad, source: s, err: fmt.Sprintf("%v: %.40q", err, s)}
	}
	return token{kind: literal, source: s, value: v}
}

func word(s string) token {
	switch strings.ToLower(s) {
	case "true":
		return token{kind: literal, source: s, value: Bool(true)}
	case "false":
		return token{kind: literal, source: s, value: Bool(false)}
	}
	for _, w := range words {
		if s == w.word || s == strings.ToLower(w.word) {
			return token{kind: operator, source: s, name: w.sign}
		}
	}
	return token{kind: column, source: s, name: s}
}

// run is what s begins with of the bytes that names and numbers are made of, so
// that 5x is a bad number and not a number and a column.
func run(s string) string {
	for i := range len(s) {
		if !isLetter(s[i]) && !isDigit(s[i]) && !strings.Contains("_.%:/-", s[i:i+1]) {
			return s[:i]
		}
	}
	return s
}

func isDigit(c byte) bool  { return '0' <= c && c <= '9' }
func isLetter(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' }
