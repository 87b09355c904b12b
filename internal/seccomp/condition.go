package seccomp

import (
	"fmt"
	"slices"

	specs "github.com/opencontainers/runtime-spec/specs-go"
)

// condition compares one argument of a call, all of it unsigned.
type condition struct {
	arg   uint // 0 to 5
	op    op
	mask  uint64 // of opMaskedEqual
	value uint64
}

type op uint8

const (
	opNotEqual op = iota
	opLess
	opLessEqual
	opEqual
	opGreaterEqual
	opGreater
	opMaskedEqual
)

var ops = [...]specs.LinuxSeccompOperator{
	opNotEqual:     specs.OpNotEqual,
	opLess:         specs.OpLessThan,
	opLessEqual:    specs.OpLessEqual,
	opEqual:        specs.OpEqualTo,
	opGreaterEqual: specs.OpGreaterEqual,
	opGreater:      specs.OpGreaterThan,
	opMaskedEqual:  specs.OpMaskedEqual,
}

func readCondition(a specs.LinuxSeccompArg) (condition, error) {
	if a.Index > 5 {
		return condition{}, fmt.Errorf("argument %d: a system call has arguments 0 to 5", a.Index)
	}
	for o, name := range ops {
		if name != a.Op {
			continue
		}
		if op(o) == opMaskedEqual {
			// Value is the mask here. Bits of the other value outside of it do not
			// count, as in libseccomp: they would make a rule that never matches.
			return condition{a.Index, opMaskedEqual, a.Value, a.ValueTwo & a.Value}, nil
		}
		return condition{a.Index, op(o), 0, a.Value}, nil
	}
	return condition{}, fmt.Errorf("argument %d: unknown operator: %q", a.Index, a.Op)
}

// always says that the condition holds whatever the argument is.
func (c condition) always() bool { return c.op == opMaskedEqual && c.mask == 0 }

// alternatives returns the conditions of one rule as a list of conjunctions of
// which one must hold. All must hold together, except when two of them look at
// the same argument: then each is an alternative of its own. That is how runc
// has always read such rules, and profiles are written for it.
func alternatives(args []specs.LinuxSeccompArg) ([][]condition, error) {
	all := make([]condition, len(args))
	var seen [6]bool
	split := false
	for i, a := range args {
		c, err := readCondition(a)
		if err != nil {
			return nil, err
		}
		all[i] = c
		split = split || seen[c.arg]
		seen[c.arg] = true
	}
	if !split {
		return [][]condition{slices.DeleteFunc(all, condition.always)}, nil
	}
	var each [][]condition
	for i := range all {
		each = append(each, slices.DeleteFunc(all[i:i+1:i+1], condition.always))
	}
	return each, nil
}
