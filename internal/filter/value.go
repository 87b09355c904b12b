package filter

import (
	"strconv"
	"strings"
)

// Value is what a column holds in a row, or a constant: nothing, a string, a
// number or a truth value.
type Value struct {
	kind  kind
	text  string
	num   float64
	whole uint64
}

type kind uint8

const (
	none kind = iota
	text
	whole
	float
	boolean
)

// None is the value of an empty cell, for which no comparison holds.
func None() Value { return Value{} }

// String is a text.
func String(s string) Value { return Value{kind: text, text: s} }

// Int is a whole number.
func Int(n uint64) Value { return Value{kind: whole, whole: n, num: float64(n)} }

// Float is a number.
func Float(f float64) Value { return Value{kind: float, num: f} }

// Bool is a truth value.
func Bool(b bool) Value {
	v := Value{kind: boolean}
	if b {
		v.whole, v.num = 1, 1
	}
	return v
}

// True says whether the value alone is a condition that holds: whether it is
// neither empty nor zero nor false.
func (v Value) True() bool {
	switch v.kind {
	case none:
		return false
	case text:
		return v.text != ""
	}
	return v.num != 0
}

// words is the value as a text, for a comparison with one.
func (v Value) words() string {
	switch v.kind {
	case text:
		return v.text
	case whole:
		return strconv.FormatUint(v.whole, 10)
	case float:
		return strconv.FormatFloat(v.num, 'g', -1, 64)
	case boolean:
		return strconv.FormatBool(v.whole != 0)
	}
	return ""
}

// number is the value as a number, if it is one or says one.
func (v Value) number() (Value, bool) {
	if v.kind != text {
		return v, v.kind != none
	}
	if n, err := strconv.ParseUint(v.text, 10, 64); err == nil {
		return Int(n), true
	}
	f, err := strconv.ParseFloat(v.text, 64)
	return Float(f), err == nil
}

// compare is negative, 0 or positive: as numbers if both are such and one of
// them is no text, as texts otherwise. There is no answer if one is nothing.
func compare(a, b Value) (order int, ok bool) {
	if a.kind == none || b.kind == none {
		return 0, false
	}
	if a.kind != text || b.kind != text {
		x, okX := a.number()
		y, okY := b.number()
		if okX && okY {
			return compareNumbers(x, y)
		}
	}
	return strings.Compare(a.words(), b.words()), true
}

func compareNumbers(x, y Value) (int, bool) {
	switch {
	case x.kind == whole && y.kind == whole && x.whole != y.whole:
		if x.whole < y.whole {
			return -1, true
		}
		return 1, true
	case x.num < y.num:
		return -1, true
	case x.num > y.num:
		return 1, true
	}
	return 0, x.num == y.num // what is no number is not even itself
}
