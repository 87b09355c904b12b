package filter

import "strconv"

// Value is what a cell holds or a literal says: nothing, a string, a number or a
// truth value. The zero Value is nothing.
type Value struct {
	kind  kind
	text  string
	whole uint64 // 0 or 1 for a truth value
	real  float64
}

// kind is the type of a value. Of two kinds the greater is the one that unlike
// values are compared as where no literal decides.
type kind uint8

const (
	none kind = iota
	text
	boolean
	whole
	float
)

// None is the value of a cell that has nothing to say. It is false, and so is
// every comparison and every match with it.
func None() Value { return Value{} }

// String is a text, which may be empty.
func String(s string) Value { return Value{kind: text, text: s} }

// Int is a whole number.
func Int(n uint64) Value { return Value{kind: whole, whole: n} }

// Float is a number with a fraction.
func Float(f float64) Value { return Value{kind: float, real: f} }

// Bool is a truth value.
func Bool(b bool) Value {
	v := Value{kind: boolean}
	if b {
		v.whole = 1
	}
	return v
}

// truth says whether the value is a condition that holds by itself.
func (v Value) truth() bool {
	switch v.kind {
	case text:
		return v.text != ""
	case float:
		return v.real != 0
	}
	return v.whole != 0
}

// words is the value as a person would read it in the table.
func (v Value) words() string {
	switch v.kind {
	case boolean:
		return strconv.FormatBool(v.truth())
	case whole:
		return strconv.FormatUint(v.whole, 10)
	case float:
		return strconv.FormatFloat(v.real, 'f', -1, 64)
	}
	return v.text
}

func (v Value) float() float64 {
	if v.kind == float {
		return v.real
	}
	return float64(v.whole)
}
