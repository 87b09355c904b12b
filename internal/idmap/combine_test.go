package idmap

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestCombine(t *testing.T) {
	one := func(in, out uint32) *Range { return &Range{in, out, 1} }
	for _, test := range []struct {
		name   string
		single *Range
		ranges Map
		want   string
	}{
		{"nothing", nil, nil, ""},
		{"single", one(0, 1000), nil, "0 1000 1\n"},
		{"ranges", nil, Map{{0, 100000, 10}, {10, 5, 1}}, "0 100000 10\n10 5 1\n"},
		{"reference: root", one(0, 0), Map{{0, 100000, 65536}}, "0 0 1\n1 100000 65535\n"},
		{"reference: hole inside", one(1000, 0), Map{{0, 100000, 65536}}, "1000 0 1\n0 100000 1000\n1001 101000 64535\n"},
		{"hole inside first", one(5, 7), Map{{5, 100, 10}}, "5 7 1\n6 100 9\n"},
		{"hole inside last", one(14, 7), Map{{5, 100, 10}}, "14 7 1\n5 100 9\n"},
		{"hole outside", one(50, 3), Map{{0, 0, 10}}, "50 3 1\n0 0 3\n3 4 6\n"},
		{"both, inside above", one(5, 0), Map{{0, 0, 10}}, "5 0 1\n0 1 5\n6 6 4\n"},
		{"both, outside above", one(0, 5), Map{{0, 0, 10}}, "0 5 1\n1 0 5\n6 6 4\n"},
		{"both, same place", one(3, 3), Map{{0, 0, 10}}, "3 3 1\n0 0 3\n4 4 6\n"},
		{"all ids", one(0, 0), Map{{0, 0, 4294967295}}, "0 0 1\n1 1 4294967294\n"},
		{"eats the range up", one(0, 9), Map{{0, 5, 1}}, "0 9 1\n"},
		{"touches only", one(10, 9), Map{{0, 10, 10}}, "10 9 1\n0 10 10\n"},
		{"one side in each of two", one(0, 205), Map{{0, 100, 3}, {50, 200, 10}}, "0 205 1\n1 100 2\n50 200 5\n55 206 4\n"},
		{"lost id at the top", one(2, 1), Map{{0, 4294967292, 3}}, "2 1 1\n0 4294967292 2\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, Combine(test.single, test.ranges).String()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// FuzzCombine holds it to the rule said plainly: of each side's ids those that
// the single mapping takes are struck out, and what is left is paired in order.
func FuzzCombine(f *testing.F) {
	f.Add(uint8(0), uint8(0), uint8(0), uint8(100), uint8(65))
	f.Add(uint8(5), uint8(0), uint8(0), uint8(0), uint8(10))
	f.Add(uint8(0), uint8(5), uint8(3), uint8(5), uint8(1))
	f.Fuzz(func(t *testing.T, in, out, inside, outside, count uint8) {
		single, r := &Range{uint32(in), uint32(out), 1}, Range{uint32(inside), uint32(outside), uint32(count)}
		got := Combine(single, Map{r})
		if got[0] != *single {
			t.Fatalf("single %v is not first: %v", single, got)
		}
		left := func(first, taken uint32) (ids []uint32) {
			for id := first; id < first+r.Count; id++ {
				if id != taken {
					ids = append(ids, id)
				}
			}
			return ids
		}
		ins, outs := left(r.Inside, single.Inside), left(r.Outside, single.Outside)
		n := 0
		for _, g := range got[1:] {
			for i := range g.Count {
				if n >= len(ins) || n >= len(outs) || ins[n] != g.Inside+i || outs[n] != g.Outside+i {
					t.Fatalf("%v + %v = %v: pair %d", single, r, got, n)
				}
				n++
			}
		}
		if n != min(len(ins), len(outs)) || len(got) > 4 {
			t.Errorf("%v + %v = %v: %d ids of %d and %d", single, r, got, n, len(ins), len(outs))
		}
		if err := got.Validate(); (err != nil) != (count == 0) {
			t.Error(err)
		}
	})
}
