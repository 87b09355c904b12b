package table

import (
	"io"
	"strconv"
	"testing"
)

// BenchmarkWrite prints 20,000 namespaces in each way.
func BenchmarkWrite(b *testing.B) {
	t := Table{Name: "namespaces", Columns: []Column{
		{Name: "NS", Right: true, Hint: 10, JSON: Number}, {Name: "TYPE", Hint: 5}, {Name: "NPROCS", Right: true, Hint: 5, JSON: Number},
		{Name: "PID", Right: true, Hint: 5, JSON: Number}, {Name: "USER"}, {Name: "NSFS", Wrap: true}, {Name: "COMMAND", Truncate: true, Tree: true},
	}}
	for i := range 20000 {
		r := &Row{Cells: []string{strconv.Itoa(4026531832 + i), "mnt", strconv.Itoa(i % 7), strconv.Itoa(i), "somebody", "", "/usr/lib/systemd/systemd-logind --with an-argument"}}
		if i%5 == 0 {
			t.Rows = append(t.Rows, r)
		} else {
			up := t.Rows[len(t.Rows)-1]
			up.Children = append(up.Children, r)
		}
	}
	for name, set := range map[string]func(){
		"text": func() {}, "narrow": func() { t.Width = 80 }, "raw": func() { t.Raw = true }, "json": func() { t.JSON = true },
	} {
		b.Run(name, func(b *testing.B) {
			t.Width, t.Raw, t.JSON = 0, false, false
			set()
			b.ReportAllocs()
			for b.Loop() {
				if err := t.Write(io.Discard); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
