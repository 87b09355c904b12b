package table

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
)

// full is a disk without room after so many writes.
type full struct{ room, writes int }

var errFull = errors.New("no space left")

func (f *full) Write(b []byte) (int, error) {
	if f.writes++; f.writes > f.room {
		return 0, errFull
	}
	return len(b), nil
}

func TestWriteError(t *testing.T) {
	big := table("NS,COMMAND", "")
	for range 5000 {
		big.Rows = append(big.Rows, row("1|"+strings.Repeat("x", 100)))
	}
	for room := range 3 {
		f := full{room: room}
		if err := big.Write(&f); err != errFull || f.writes != room+1 {
			t.Errorf("with room for %d writes: %v after %d", room, err, f.writes)
		}
	}
}

// TestPieces holds a table that is written in many pieces to what it has in it.
func TestPieces(t *testing.T) {
	big := table("NS,COMMAND", "COMMAND")
	line := strings.Repeat("x", 200)
	for range 2000 {
		big.Rows = append(big.Rows, row("1|"+line, row("2|"+line)))
	}
	if got, want := print(t, &big), strings.Repeat(" 1 "+line+"\n 2 └─"+line+"\n", 2000); strings.TrimPrefix(got, "NS COMMAND\n") != want {
		t.Error("text is broken")
	}
	big.JSON = true
	var all map[string][]any
	if err := json.Unmarshal([]byte(print(t, &big)), &all); err != nil || len(all["namespaces"]) != 2000 {
		t.Errorf("JSON is broken: %v", err)
	}
}

// TestNoTree: without a tree column children are rows like others.
func TestNoTree(t *testing.T) {
	tb := table("PID", "", row("1", row("2", row("3"))), row("4"))
	if got, want := print(t, &tb), "PID\n  1\n  2\n  3\n  4\n"; got != want {
		t.Errorf("got %q", got)
	}
	tb.JSON = true
	var all map[string][]map[string]int
	if err := json.Unmarshal([]byte(print(t, &tb)), &all); err != nil || len(all["namespaces"]) != 4 || all["namespaces"][3]["pid"] != 4 {
		t.Errorf("got %v, %v", all, err)
	}
}

func TestWidth(t *testing.T) {
	for s, want := range map[string]int{
		"": 0, "abc": 3, "é": 1, "e\u0301": 1, "漢字": 4, "한글": 4, "ｗ": 2, "ｱ": 1, "😀": 2, "→": 1,
		"\u1112\u1161\u11ab": 2, "a\u200bb": 2, "a\u00adb": 3, "\u0600": 1, "\u3000": 2, "\ue000": 1, "🏻": 2, "☃": 1, "⚡": 2,
		"\x1b": 4, "\u0085": 8, "\u2028": 12, "\xff": 4, "\xed\xa0\x80": 12, "\U0010ffff": 16, `\x`: 5, `\`: 1,
	} {
		p := printer{Table: &Table{}}
		if got := p.width(s); got != want {
			t.Errorf("%q takes %d cells, not %d", s, got, want)
		}
	}
	for i := range wide[1:] {
		if wide[i][0] > wide[i][1] || wide[i][1] >= wide[i+1][0] {
			t.Errorf("%x is out of order", wide[i])
		}
	}
}

func TestIsNumber(t *testing.T) {
	for s, want := range map[string]bool{
		"0": true, "-1": true, "4026531840": true, "18446744073709551616": true, "1.50": true, "-0": true,
		"": false, "-": false, "+1": false, "01": false, "1.": false, ".5": false, "1e3": false, "0x1": false, "1 ": false, "--1": false, "١": false,
	} {
		if got := isNumber(s); got != want || want && !json.Valid([]byte(s)) {
			t.Errorf("%q: %v", s, got)
		}
	}
}
