package filter

import (
	"cmp"
	"strings"
)

// comparisons say for which orders of its two sides an operator holds.
var comparisons = [...]struct {
	operator string
	holds    func(order int) bool
}{
	{"==", func(order int) bool { return order == 0 }},
	{"!=", func(order int) bool { return order != 0 }},
	{"<", func(order int) bool { return order < 0 }},
	{"<=", func(order int) bool { return order <= 0 }},
	{">", func(order int) bool { return order > 0 }},
	{">=", func(order int) bool { return order >= 0 }},
}

// comparedAs is the kind that two values are compared as: that of the literal if
// one side is such, so that NPROCS > "10" compares texts and NAME > 10 numbers.
func comparedAs(left, right operand, x, y Value) kind {
	switch {
	case left.literal != none && right.literal == none:
		return left.literal
	case right.literal != none && left.literal == none:
		return right.literal
	}
	return max(x.kind, y.kind)
}

// order compares two values as if both were of kind k: negative, 0 or positive.
// There is no answer if one cannot be, or is not a number.
func order(x, y Value, k kind) (n int, ok bool) {
	x, y = x.as(k), y.as(k)
	switch {
	case x.kind == none || y.kind == none:
		return 0, false
	case x.kind == text:
		return strings.Compare(x.text, y.text), true
	case x.kind == float || y.kind == float:
		f, g := x.float(), y.float()
		return cmp.Compare(f, g), f == f && g == g
	}
	return cmp.Compare(x.whole, y.whole), true
}

// as is the value as one of kind k, or None if it says nothing of that kind. A
// number is not rounded to a whole one: beside a fraction both are fractions.
func (v Value) as(k kind) Value {
	switch {
	case v.kind == none || v.kind == k:
		return v
	case k == text:
		return String(v.words())
	case k == boolean:
		return v.asBool()
	}
	return v.asNumber()
}

func (v Value) asBool() Value {
	if v.kind != text {
		return Bool(v.truth())
	}
	switch strings.ToLower(v.text) {
	case "true", "1":
		return Bool(true)
	case "false", "0":
		return Bool(false)
	}
	return None()
}

func (v Value) asNumber() Value {
	if v.kind == boolean {
		return Int(v.whole)
	}
	if v.kind == text {
		v, _ = plainNumber(v.text) // None if it is no number
	}
	return v
}
