package filter

import (
	"fmt"
	"math/bits"
	"strconv"
	"strings"
)

// SyntaxError is a text that is no expression.
type SyntaxError struct {
	Offset int // in bytes
	Text   string
}

func (e *SyntaxError) Error() string { return fmt.Sprintf("%s at column %d", e.Text, e.Offset+1) }

// token is a word of an expression: an operator in its first spelling, a
// parenthesis, a column or a constant.
type token struct {
	at       int
	operator string
	column   string
	value    Value
}

// spellings are the operators, the longer before those they begin with.
var spellings = [...]struct{ text, operator string }{
	{"==", "=="}, {"!=", "!="}, {"<=", "<="}, {">=", ">="}, {"=~", "=~"}, {"!~", "!~"}, {"&&", "&&"}, {"||", "||"},
	{"<", "<"}, {">", ">"}, {"!", "!"}, {"(", "("}, {")", ")"},
}

// words are the operators that are words, in any case.
var words = [...]struct{ text, operator string }{
	{"eq", "=="}, {"ne", "!="}, {"le", "<="}, {"ge", ">="}, {"lt", "<"}, {"gt", ">"}, {"and", "&&"}, {"or", "||"}, {"not", "!"},
}

// tokens takes a text apart.
func tokens(s string) (list []token, err error) {
	for i := 0; i < len(s); {
		if strings.IndexByte(" \t\n\r", s[i]) >= 0 {
			i++
			continue
		}
		t, n, err := next(s[i:])
		if err != nil {
			return nil, &SyntaxError{i, err.Error()}
		}
		t.at = i
		list = append(list, t)
		i += n
	}
	return list, nil
}

// next reads the token that s begins with, and says how long it is.
func next(s string) (t token, n int, err error) {
	for _, o := range spellings {
		if strings.HasPrefix(s, o.text) {
			return token{operator: o.operator}, len(o.text), nil
		}
	}
	switch c := s[0]; {
	case c == '"' || c == '\'':
		return quoted(s)
	case c >= '0' && c <= '9':
		return constant(s)
	case isLetter(c):
		t, n := word(s)
		return t, n, nil
	}
	return t, 0, fmt.Errorf("unexpected %q", s[:1])
}

// quoted reads a string, in which a backslash protects any byte.
func quoted(s string) (t token, n int, err error) {
	var out strings.Builder
	for i := 1; i < len(s); i++ {
		switch {
		case s[i] == s[0]:
			return token{value: String(out.String())}, i + 1, nil
		case s[i] == '\\' && i+1 < len(s):
			i++
		}
		out.WriteByte(s[i])
	}
	return t, 0, fmt.Errorf("a string that does not end")
}

func isLetter(c byte) bool { return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' }

func isWord(c byte) bool {
	return isLetter(c) || c >= '0' && c <= '9' || strings.IndexByte("-.%:/", c) >= 0
}

// word reads the name of a column, an operator or a truth value.
func word(s string) (token, int) {
	n := 1
	for n < len(s) && isWord(s[n]) {
		n++
	}
	switch name := strings.ToLower(s[:n]); name {
	case "true":
		return token{value: Bool(true)}, n
	case "false":
		return token{value: Bool(false)}, n
	default:
		for _, w := range words {
			if w.text == name {
				return token{operator: w.operator}, n
			}
		}
	}
	return token{column: strings.ToUpper(s[:n])}, n
}

// constant reads a number: 5, 1.5, 10K, 10KiB.
func constant(s string) (t token, n int, err error) {
	for n < len(s) && (s[n] >= '0' && s[n] <= '9' || s[n] == '.') {
		n++
	}
	if strings.Contains(s[:n], ".") {
		f, err := strconv.ParseFloat(s[:n], 64)
		if err != nil || n < len(s) && isWord(s[n]) {
			return t, 0, fmt.Errorf("%q is no number", s[:n])
		}
		return token{value: Float(f)}, n, nil
	}
	number, err := strconv.ParseUint(s[:n], 10, 64)
	if err != nil {
		return t, 0, fmt.Errorf("the number %s is too large", s[:n])
	}
	factor, length := suffix(s[n:])
	if n += length; n < len(s) && isWord(s[n]) {
		return t, 0, fmt.Errorf("%q is no number", s[:n+1])
	}
	high, number := bits.Mul64(number, factor)
	if high != 0 {
		return t, 0, fmt.Errorf("the number %s is too large", s[:n])
	}
	return token{value: Int(number)}, n, nil
}

// suffix reads K, M, G, T, P or E, by which powers of 1024 are meant, with an
// iB behind or without; with a B, powers of 1000.
func suffix(s string) (factor uint64, length int) {
	if s == "" {
		return 1, 0
	}
	power := strings.IndexByte("KMGTPE", s[0]&^0x20) + 1
	if power == 0 {
		return 1, 0
	}
	base := uint64(1024)
	switch rest := strings.ToLower(s[1:min(3, len(s))]); {
	case rest == "ib":
		length = 3
	case strings.HasPrefix(rest, "b"):
		base, length = 1000, 2
	default:
		length = 1
	}
	for factor = 1; power > 0; power-- {
		factor *= base
	}
	return factor, length
}
