package lsns

import (
	"fmt"
	"strings"
	"testing"

	"isle/ns"
)

// TestOrderOfKin: numbers are used again, so that a parent may have a higher one
// than its child. In a tree of owners that does not bring the parent forward.
func TestOrderOfKin(t *testing.T) {
	s := &ns.Snapshot{Namespaces: []*ns.Namespace{
		{Kind: ns.User, Inode: 1},
		{Kind: ns.PID, Inode: 2, Owner: 1, Parent: 8},
		{Kind: ns.User, Inode: 3, Owner: 7, Parent: 7},
		{Kind: ns.UTS, Inode: 4, Owner: 3},
		{Kind: ns.User, Inode: 5, Owner: 1, Parent: 1},
		{Kind: ns.User, Inode: 7, Owner: 1, Parent: 1},
		{Kind: ns.PID, Inode: 8, Owner: 1},
	}}
	for _, c := range []struct {
		o    Options
		list []int // the places of those listed
		want string
	}{
		{Options{Tree: ByOwner}, []int{0, 1, 2, 3, 4, 5, 6}, "1(2 7(3(4)) 5 8)"},
		{Options{Tree: ByParent}, []int{0, 1, 2, 3, 4, 5, 6}, "1(7(3) 5) 8(2) 4"},
		{Options{Tree: ByOwner}, []int{1, 3}, "1(2 7(3(4)) 8)"},                 // with whom they need
		{Options{Tree: ByOwner, Task: 9}, []int{1, 3}, "1(2 7(3(4)))"},          // not with the parent
		{Options{Tree: ByOwner, Persistent: true}, []int{1, 3}, "1(2 7(3(4)))"}, // nor here
	} {
		v := &view{s: s, o: &c.o}
		var list []*row
		for _, i := range c.list {
			list = append(list, &row{n: s.Namespaces[i]})
		}
		if got := drawn(v.byKin(list)); got != c.want {
			t.Errorf("%+v of %v: %s, want %s", c.o, c.list, got, c.want)
		}
	}
}

func drawn(rows []*row) string {
	var words []string
	for _, r := range rows {
		word := fmt.Sprint(r.n.Inode)
		if r.children != nil {
			word += "(" + drawn(r.children) + ")"
		}
		words = append(words, word)
	}
	return strings.Join(words, " ")
}
