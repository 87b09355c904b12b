package filter

import (
	"errors"
	"regexp"
	"regexp/syntax"
)

// comparison parses operands with comparisons between them. They are taken from
// the left: A == B == true compares the answer of the first with true.
func (p *parser) comparison() (operand, error) {
	left, err := p.primary()
	for more := true; err == nil && more; {
		left, more, err = p.compareOnce(left)
	}
	return left, err
}

// compareOnce parses one operator and its right side, if there is one.
func (p *parser) compareOnce(left operand) (o operand, more bool, err error) {
	for _, c := range comparisons {
		if p.take(c.operator) {
			right, err := p.primary()
			return compared(left, right, c.holds), true, err
		}
	}
	for _, m := range [...]struct {
		operator string
		want     bool
	}{{"=~", true}, {"!~", false}} {
		if p.take(m.operator) {
			re, err := p.regexp()
			return matched(left, re, m.want), true, err
		}
	}
	return left, false, nil
}

// regexp parses a regular expression, which is a string and nothing else, so
// that it is compiled once.
func (p *parser) regexp() (*regexp.Regexp, error) {
	if p.token.kind != literal || p.token.value.kind != text {
		if p.token.kind == bad || p.token.kind == end {
			return nil, p.unexpected()
		}
		return nil, p.fail("no regular expression in quotes, but %.40q", p.token.source)
	}
	pattern := p.token.value.text
	if p.pattern += len(pattern); p.pattern > mostPattern {
		return nil, p.fail("regular expressions of more than %d bytes", mostPattern)
	}
	re, err := regexp.Compile("(?s)" + pattern)
	if bad := (*syntax.Error)(nil); errors.As(err, &bad) {
		return nil, p.fail("a bad regular expression (%s)", bad.Code)
	}
	p.advance()
	return re, err
}

// matched holds if the left side has a value of which the match is as wanted.
func matched(left operand, re *regexp.Regexp, want bool) operand {
	return condition(func(r Row) bool {
		v := left.value(r)
		return v.kind != none && re.MatchString(v.words()) == want
	})
}
