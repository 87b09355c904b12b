package filter

import (
	"fmt"
	"regexp"
	"slices"
)

// Expr is an expression that has been parsed.
type Expr struct {
	match   func(Row) Value
	columns []string
}

// Row is a row of a table.
type Row interface {
	// Value is what the column holds, by its name in capitals.
	Value(column string) Value
}

// UnknownColumnError is the name of a column that there is not.
type UnknownColumnError struct{ Name string }

func (e *UnknownColumnError) Error() string { return "unknown column: " + e.Name }

// Bounds of what is parsed, so that nobody can make it take long.
const (
	mostText    = 64 << 10
	mostNesting = 1000
)

// Parse parses an expression. Known says which columns there are. The error is
// a *SyntaxError or an *UnknownColumnError.
func Parse(text string, known func(column string) bool) (*Expr, error) {
	if len(text) > mostText {
		return nil, &SyntaxError{mostText, "an expression that is too long"}
	}
	list, err := tokens(text)
	if err != nil {
		return nil, err
	}
	p := parser{tokens: list, end: len(text), known: known}
	match, err := p.or()
	if err != nil {
		return nil, err
	}
	if t, ok := p.peek(); ok {
		return nil, &SyntaxError{t.at, "unexpected text"}
	}
	return &Expr{match, p.columns}, nil
}

// Columns are the names of the columns that the expression asks for, in
// capitals, each once.
func (e *Expr) Columns() []string { return e.columns }

// Match says whether the expression holds for a row.
func (e *Expr) Match(row Row) bool { return e.match(row).True() }

// parser goes through the tokens, one method a level of precedence.
type parser struct {
	tokens  []token
	end     int
	depth   int
	known   func(string) bool
	columns []string
}

type operand = func(Row) Value

func (p *parser) peek() (token, bool) {
	if len(p.tokens) == 0 {
		return token{at: p.end}, false
	}
	return p.tokens[0], true
}

// take takes the operator if it is the next token.
func (p *parser) take(operator string) bool {
	t, ok := p.peek()
	if !ok || t.operator != operator {
		return false
	}
	p.tokens = p.tokens[1:]
	return true
}

func (p *parser) or() (operand, error) {
	return p.chain("||", p.and, func(a, b operand) operand {
		return func(r Row) Value { return Bool(a(r).True() || b(r).True()) }
	})
}

func (p *parser) and() (operand, error) {
	return p.chain("&&", p.not, func(a, b operand) operand {
		return func(r Row) Value { return Bool(a(r).True() && b(r).True()) }
	})
}

// chain parses operands with an operator between them.
func (p *parser) chain(operator string, part func() (operand, error), join func(a, b operand) operand) (operand, error) {
	left, err := part()
	for err == nil && p.take(operator) {
		var right operand
		if right, err = part(); err == nil {
			left = join(left, right)
		}
	}
	return left, err
}

func (p *parser) not() (operand, error) {
	if p.depth++; p.depth > mostNesting {
		t, _ := p.peek()
		return nil, &SyntaxError{t.at, "an expression that is nested too deep"}
	}
	defer func() { p.depth-- }()
	if !p.take("!") {
		return p.comparison()
	}
	inner, err := p.not()
	return func(r Row) Value { return Bool(!inner(r).True()) }, err
}

// ordering says for a comparison which orders of the two sides it holds for, and
// is nil for any other operator.
func ordering(operator string) func(order int) bool {
	switch operator {
	case "==":
		return func(o int) bool { return o == 0 }
	case "!=":
		return func(o int) bool { return o != 0 }
	case "<":
		return func(o int) bool { return o < 0 }
	case "<=":
		return func(o int) bool { return o <= 0 }
	case ">":
		return func(o int) bool { return o > 0 }
	case ">=":
		return func(o int) bool { return o >= 0 }
	}
	return nil
}

func (p *parser) comparison() (operand, error) {
	left, err := p.operand()
	if err != nil {
		return nil, err
	}
	t, _ := p.peek()
	holds := ordering(t.operator)
	switch {
	case holds != nil:
		p.tokens = p.tokens[1:]
		right, err := p.operand()
		return func(r Row) Value {
			order, ok := compare(left(r), right(r))
			return Bool(ok && holds(order))
		}, err
	case p.take("=~"):
		return p.pattern(left, true)
	case p.take("!~"):
		return p.pattern(left, false)
	}
	return left, nil
}

// pattern is a match with a regular expression, which is a constant.
func (p *parser) pattern(left operand, want bool) (operand, error) {
	t, ok := p.peek()
	if !ok || t.value.kind != text {
		return nil, &SyntaxError{t.at, "a regular expression in quotes is missing"}
	}
	p.tokens = p.tokens[1:]
	re, err := regexp.Compile(t.value.text)
	if err != nil {
		return nil, &SyntaxError{t.at, "a regular expression that cannot be read"}
	}
	return func(r Row) Value {
		v := left(r)
		return Bool(v.kind != none && re.MatchString(v.words()) == want)
	}, nil
}

func (p *parser) operand() (operand, error) {
	t, ok := p.peek()
	switch {
	case p.take("("):
		inner, err := p.or()
		if end, _ := p.peek(); err == nil && !p.take(")") {
			err = &SyntaxError{end.at, "a closing parenthesis is missing"}
		}
		return inner, err
	case !ok:
		return nil, &SyntaxError{t.at, "a value is missing"}
	case t.operator != "":
		return nil, &SyntaxError{t.at, fmt.Sprintf("unexpected %q", t.operator)}
	}
	p.tokens = p.tokens[1:]
	if t.column == "" {
		return func(Row) Value { return t.value }, nil
	}
	if !p.known(t.column) {
		return nil, &UnknownColumnError{t.column}
	}
	if !slices.Contains(p.columns, t.column) {
		p.columns = append(p.columns, t.column)
	}
	return func(r Row) Value { return r.Value(t.column) }, nil
}
