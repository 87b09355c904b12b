package filter

import (
	"errors"
	"slices"
	"strings"
	"testing"
)

// same is a row with one value in every column.
type same struct{ v Value }

func (s same) Value(string) Value { return s.v }

// FuzzParse: no text panics, an error is inside its text, what parses has an
// answer for any row, and NOT before it has the other one.
func FuzzParse(f *testing.F) {
	for _, s := range []string{
		`NPROCS > 5 && TYPE == "net"`, `!(A =~ "x+") || 1.5 < 2KiB`, `not true ne false`, `'\`, `((`, `A !~ "["`, `A == B == !C`,
		`a.b%:/-_ GE 0Z`, `1E > 16E`, "\"\n\"", "é", `A =~ "(a{99}){9}"`,
	} {
		f.Add(s, "12", uint64(12), 1.5)
	}
	f.Fuzz(func(t *testing.T, text, cell string, n uint64, fraction float64) {
		all := func(name string) bool { return name != "" && name == strings.ToUpper(name) }
		e, err := Parse(text, all)
		if err != nil {
			if bad := (*SyntaxError)(nil); !errors.As(err, &bad) || bad.Offset < 0 || bad.Offset > len(text) || bad.Text == "" {
				t.Fatalf("%q: %v", text, err)
			}
			return
		}
		if names := e.Columns(); len(slices.Compact(slices.Sorted(slices.Values(names)))) != len(names) {
			t.Errorf("%q: %q", text, names)
		}
		opposite, err := Parse("NOT("+text+")", all)
		if err != nil && !strings.Contains(err.Error(), "more than") {
			t.Fatalf("%q: NOT: %v", text, err)
		}
		for _, v := range []Value{None(), String(cell), String(""), Int(n), Float(fraction), Bool(n%2 == 0)} {
			got := e.Match(same{v})
			if opposite != nil && opposite.Match(same{v}) == got {
				t.Errorf("%q and its opposite are %v for %+v", text, got, v)
			}
		}
	})
}
