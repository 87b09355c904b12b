package seccomp

import (
	"slices"

	specs "github.com/opencontainers/runtime-spec/specs-go"
)

// Actions lists the actions that a profile may name.
func Actions() []string {
	list := make([]string, len(actions))
	for i, a := range actions {
		list[i] = string(a.name)
	}
	return list
}

// Operators lists the comparisons that a rule may make.
func Operators() []string {
	ops := [...]specs.LinuxSeccompOperator{specs.OpNotEqual, specs.OpLessThan, specs.OpLessEqual, specs.OpEqualTo, specs.OpGreaterEqual, specs.OpGreaterThan, specs.OpMaskedEqual}
	list := make([]string, len(ops))
	for i, op := range ops {
		list[i] = string(op)
	}
	return list
}

// Archs lists the architectures whose programs a filter of this machine can be for.
func Archs() []string {
	var list []string
	for _, s := range machines[Native()].sections {
		for _, z := range s.zones {
			if name := string(z.scmp); !z.unused && !slices.Contains(list, name) {
				list = append(list, name)
			}
		}
	}
	return list
}

// Flags lists the flags that a profile may have.
func Flags() []string {
	list := make([]string, len(flagBits))
	for i, f := range flagBits {
		list[i] = string(f.name)
	}
	return list
}
