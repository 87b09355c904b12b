package filter

import (
	"fmt"
	"slices"
	"strings"
)

// What is parsed is bounded, so that no text takes long or much memory.
const (
	mostText    = 64 << 10 // bytes of an expression
	mostNesting = 1000     // parentheses and negations within one another
	mostPattern = 4 << 10  // bytes of an expression's regular expressions together
)

// Parse parses an expression of at most 64 KiB. Known says which columns there
// are, by names in upper case. The error is a [*SyntaxError] or, for a column
// that is not known, an [*UnknownColumnError].
func Parse(text string, known func(column string) bool) (*Expr, error) {
	if len(text) > mostText {
		return nil, &SyntaxError{mostText, fmt.Sprintf("an expression of more than %d bytes", mostText)}
	}
	p := parser{text: text, known: known}
	p.advance()
	whole, err := p.or()
	if err == nil && p.token.kind != end {
		err = p.unexpected()
	}
	if err != nil {
		return nil, err
	}
	return &Expr{whole.value, p.columns}, nil
}

// parser goes through a text with one method for each level of precedence.
type parser struct {
	text    string
	token   token // the next one
	known   func(string) bool
	columns []string
	depth   int
	pattern int // bytes of regular expressions so far
}

func (p *parser) advance() { p.token = next(p.text, p.token.at+len(p.token.source)) }

// take goes past the next token if it is this operator.
func (p *parser) take(sign string) bool {
	if p.token.kind != operator || p.token.name != sign {
		return false
	}
	p.advance()
	return true
}

// fail is an error at the next token.
func (p *parser) fail(format string, args ...any) error {
	return &SyntaxError{p.token.at, fmt.Sprintf(format, args...)}
}

func (p *parser) unexpected() error {
	switch p.token.kind {
	case bad:
		return p.fail("%s", p.token.err)
	case end:
		return p.fail("unexpected end")
	}
	return p.fail("unexpected %.40q", p.token.source)
}

func (p *parser) or() (operand, error) { return p.chain("||", p.and, either) }

func (p *parser) and() (operand, error) { return p.chain("&&", p.comparison, both) }

// chain parses parts with an operator between them.
func (p *parser) chain(sign string, part func() (operand, error), join func(a, b operand) operand) (operand, error) {
	left, err := part()
	for err == nil && p.take(sign) {
		var right operand
		right, err = part()
		left = join(left, right)
	}
	return left, err
}

// nested goes past the next token and parses what is inside it.
func (p *parser) nested(part func() (operand, error)) (operand, error) {
	if p.depth == mostNesting {
		return operand{}, p.fail("nested more than %d deep", mostNesting)
	}
	p.depth++
	defer func() { p.depth-- }()
	p.advance()
	return part()
}

// primary parses an operand of a comparison.
func (p *parser) primary() (operand, error) {
	t := p.token
	switch {
	case t.kind == literal:
		p.advance()
		return constant(t.value), nil
	case t.kind == column:
		return p.column(t.name)
	case t.kind == operator && t.name == "!":
		inner, err := p.nested(p.primary)
		return not(inner), err
	case t.kind != operator || t.name != "(":
		return operand{}, p.unexpected()
	}
	inner, err := p.nested(p.or)
	if err == nil && !p.take(")") {
		err = p.unexpected()
	}
	return inner, err
}

func (p *parser) column(written string) (operand, error) {
	name := strings.ToUpper(written)
	if !p.known(name) {
		return operand{}, &UnknownColumnError{written}
	}
	if !slices.Contains(p.columns, name) {
		p.columns = append(p.columns, name)
	}
	p.advance()
	return cell(name), nil
}
