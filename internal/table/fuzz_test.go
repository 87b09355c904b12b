package table

import (
	"encoding/json"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"
)

// made builds a table from what a fuzzer finds: a line of headings and lines of
// cells, four bits for each column and two bits for each row's place.
func made(text string, flags, places uint64, width uint8) *Table {
	t := &Table{Name: "made", ASCII: flags&1 != 0, NoHeadings: flags&2 != 0, NoWrap: flags&4 != 0, Width: int(width)}
	lines := strings.Split(text, "\x00")
	for i, name := range strings.Split(lines[0], "|") {
		bits := flags >> (4 + i*6%60)
		t.Columns = append(t.Columns, Column{Name: name, Right: bits&1 != 0, Truncate: bits&2 != 0, Wrap: bits&4 != 0,
			Tree: bits&8 != 0, JSON: Kind(bits >> 4 & 3), Hint: i * 3})
	}
	var above []*Row // the last root, what hangs from it last, and so on
	for i, line := range lines[1:] {
		r := &Row{Cells: strings.Split(line, "|")}
		at := min(int(places>>(i*2%62)&3), len(above))
		if at == 0 {
			t.Rows = append(t.Rows, r)
		} else {
			up := above[at-1]
			up.Children = append(up.Children, r)
		}
		above = append(above[:at], r)
	}
	return t
}

func FuzzWrite(f *testing.F) {
	f.Add("NS|TYPE|COMMAND\x001|mnt|init\x002|net|a b", uint64(0x9200), uint64(0x4), uint8(20))
	f.Add("a|b\x00x\ny|\xff\x1b\x00漢字|e\u0301\x00|\\x41", uint64(0xffffff), uint64(0x1234567), uint8(5))
	f.Add("|\x00|||\n\n|", ^uint64(0), uint64(0xff), uint8(1))
	f.Add("", uint64(0), uint64(0), uint8(0))
	f.Fuzz(func(t *testing.T, text string, flags, places uint64, width uint8) {
		tb := made(text, flags, places, width)
		checkText(t, tb)
		tb.Raw = true
		checkRaw(t, tb)
		tb.Raw, tb.JSON = false, true
		checkJSON(t, tb)
	})
}

// checkText: lines are printable, and once all may be cut no wider than the
// terminal or, if that is too narrow for them, the headings.
func checkText(t *testing.T, tb *Table) {
	least := len(tb.Columns) - 1
	for i, c := range tb.Columns {
		least += cells(appendSafe(nil, c.Name, tb.ASCII))
		defer func() { tb.Columns[i].Truncate = c.Truncate }()
		tb.Columns[i].Truncate = true
	}
	for line := range strings.Lines(print(t, tb)) {
		line, whole := strings.CutSuffix(line, "\n")
		if n := cells([]byte(line)); tb.Width > 0 && n > max(tb.Width, least) {
			t.Errorf("%q takes %d cells of %d", line, n, max(tb.Width, least))
		}
		if !whole || !utf8.ValidString(line) {
			t.Errorf("%q is no line", line)
		}
		for _, r := range line {
			if !printable(r) || tb.ASCII && r > '~' {
				t.Errorf("%q has %q", line, r)
			}
		}
	}
}

// checkRaw: a line for each row, a word for each cell, from which what the cell
// says can be had back.
func checkRaw(t *testing.T, tb *Table) {
	p := printer{Table: tb, tree: -1}
	for i := range tb.Columns {
		tb.Columns[i].Tree = false
	}
	lines := strings.SplitAfter(print(t, tb), "\n")
	if len(tb.Rows) > 0 && !tb.NoHeadings {
		lines = lines[1:]
	}
	p.walk(tb.Rows, 0, func(r *Row, _ place) {
		words := strings.Split(strings.TrimSuffix(lines[0], "\n"), " ")
		lines = lines[1:]
		for i := range tb.Columns {
			s, err := strconv.Unquote(`"` + strings.ReplaceAll(words[i], `"`, `\"`) + `"`)
			if want := p.cell(r, i); s != want || err != nil || len(words) != len(tb.Columns) {
				t.Errorf("%q is %q, want %q, %v", words, s, want, err)
			}
		}
	})
	if len(lines) != 1 || lines[0] != "" {
		t.Errorf("left over: %q", lines)
	}
}

// checkJSON: it is JSON, and the first column of strings says what the cells do.
func checkJSON(t *testing.T, tb *Table) {
	out := print(t, tb)
	var all map[string][]map[string]any
	if err := json.Unmarshal([]byte(out), &all); err != nil || !utf8.ValidString(out) {
		t.Fatalf("%v: %s", err, out)
	}
	if len(tb.Columns) != 1 || tb.Columns[0].JSON != String || tb.Columns[0].Wrap {
		return
	}
	key := string([]rune(lower(tb.Columns[0].Name)))
	i := 0
	p := printer{Table: tb, tree: -1}
	p.walk(tb.Rows, 0, func(r *Row, _ place) {
		got, _ := all["made"][i][key].(string)
		if want := string([]rune(r.Cells[0])); got != want {
			t.Errorf("%q is %q", want, got)
		}
		i++
	})
}
