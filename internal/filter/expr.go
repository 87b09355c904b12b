package filter

import "slices"

// Expr is an expression that has been parsed. It does not change, and can be
// asked of many rows at once.
type Expr struct {
	value   func(Row) Value
	columns []string
}

// Row is one row of a table.
type Row interface {
	// Value is what a column holds, by its name in upper case. It is asked only
	// for what the answer depends on: of A && B not for B where A is false.
	Value(column string) Value
}

// Columns are the names of the columns that are used, each once, in upper case
// and in the order in which they appear.
func (e *Expr) Columns() []string { return slices.Clone(e.columns) }

// Match says whether the expression holds for a row.
func (e *Expr) Match(row Row) bool { return e.value(row).truth() }

// operand is a part of an expression that has a value.
type operand struct {
	value   func(Row) Value
	literal kind // none if the value depends on the row
}

func constant(v Value) operand { return operand{func(Row) Value { return v }, v.kind} }

func cell(name string) operand {
	return operand{value: func(r Row) Value { return r.Value(name) }}
}

// condition is an operand that is true or false.
func condition(holds func(Row) bool) operand {
	return operand{value: func(r Row) Value { return Bool(holds(r)) }}
}

func both(a, b operand) operand {
	return condition(func(r Row) bool { return a.value(r).truth() && b.value(r).truth() })
}

func either(a, b operand) operand {
	return condition(func(r Row) bool { return a.value(r).truth() || b.value(r).truth() })
}

func not(a operand) operand {
	return condition(func(r Row) bool { return !a.value(r).truth() })
}

// compared holds if its sides can be compared and are in one of some orders.
func compared(a, b operand, holds func(order int) bool) operand {
	return condition(func(r Row) bool {
		x, y := a.value(r), b.value(r)
		n, ok := order(x, y, comparedAs(a, b, x, y))
		return ok && holds(n)
	})
}
