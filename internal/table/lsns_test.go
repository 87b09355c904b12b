package table

import (
	"encoding/json"
	"os"
	"os/exec"
	"strings"
	"testing"
)

const shown = "NS,TYPE,PATH,NPROCS,PID,PPID,UID,USER,NETNSID,NSFS,PNS,ONS,COMMAND"

// lsns runs util-linux's with such arguments, on a terminal if there is one.
func lsns(t *testing.T, locale string, tty *os.File, args ...string) string {
	t.Helper()
	command := func() *exec.Cmd {
		cmd := exec.Command("lsns", append(args, "-o", shown)...)
		cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "LC_ALL=" + locale}
		cmd.Stderr = os.Stderr
		return cmd
	}
	if tty == nil {
		out, err := command().Output()
		for range 10 { // it fails where a process ends while it is looked at
			if err != nil {
				out, err = command().Output()
			}
		}
		if err != nil {
			t.Fatalf("lsns %v: %v", args, err)
		}
		return string(out)
	}
	cmd := command()
	cmd.Stdout = tty
	if err := cmd.Run(); err != nil {
		t.Fatalf("lsns %v: %v", args, err)
	}
	return ""
}

// compare holds what lsns says in some way to what is made of what it says as
// JSON at the same moment. It counts processes, and on a busy machine a count
// may change and change back in between, so only one difference in 30 attempts
// after another counts.
func compare(t *testing.T, source []string, lsnsSays func() string, make func([]*Row) *Table) {
	t.Helper()
	var got, want string
	for range 30 {
		before := lsns(t, "C.UTF-8", nil, source...)
		said := lsnsSays()
		if before != lsns(t, "C.UTF-8", nil, source...) {
			continue
		}
		got, want = print(t, make(rows(t, before))), said
		if got == want {
			return
		}
	}
	if want == "" {
		t.Skip("namespaces or processes changed during each of 30 runs of lsns")
	}
	t.Errorf("got\n%swant\n%s", got, want)
}

// rows reads what lsns says as JSON: the cells as they are, in any order.
func rows(t *testing.T, data string) []*Row {
	t.Helper()
	var read func([]map[string]json.RawMessage) []*Row
	read = func(objects []map[string]json.RawMessage) (rows []*Row) {
		for _, o := range objects {
			r := &Row{}
			for key := range strings.SplitSeq(strings.ToLower(shown), ",") {
				r.Cells = append(r.Cells, text(t, o[key]))
			}
			var children []map[string]json.RawMessage
			if o["children"] != nil {
				unmarshal(t, o["children"], &children)
			}
			r.Children = read(children)
			rows = append(rows, r)
		}
		return rows
	}
	var all map[string][]map[string]json.RawMessage
	unmarshal(t, []byte(data), &all)
	return read(all["namespaces"])
}

func text(t *testing.T, value json.RawMessage) string {
	if len(value) > 0 && value[0] == '"' {
		var s string
		unmarshal(t, value, &s)
		return s
	}
	return strings.Replace(string(value), "null", "", 1)
}

func unmarshal(t *testing.T, data []byte, to any) {
	t.Helper()
	if err := json.Unmarshal(data, to); err != nil {
		t.Fatal(err)
	}
}

func TestAgainstLsns(t *testing.T) {
	skipWithoutLsns(t)
	for _, tree := range []struct {
		column string
		args   []string
	}{{"COMMAND", nil}, {"", []string{"--list"}}, {"NS", []string{"--tree=parent"}}, {"NS", []string{"--tree=owner"}}} {
		for _, form := range []struct {
			args string
			set  func(*Table)
		}{
			{"", func(*Table) {}},
			{"-n", func(t *Table) { t.NoHeadings = true }},
			{"-u", func(t *Table) { t.NoTruncate = true }},
			{"-W", func(t *Table) { t.NoWrap = true }},
			{"-r", func(t *Table) { t.Raw = true }},
			{"-J", func(t *Table) { t.JSON = true }},
		} {
			for _, locale := range []string{"C", "C.UTF-8"} {
				args := append(strings.Fields(form.args), tree.args...)
				t.Run(strings.Join(append(args, locale), " "), func(t *testing.T) {
					compare(t, append(tree.args, "-J"), func() string { return lsns(t, locale, nil, args...) }, func(rows []*Row) *Table {
						tb := table(shown, tree.column, rows...)
						tb.ASCII = ASCII(func(string) string { return locale })
						form.set(&tb)
						return &tb
					})
				})
			}
		}
	}
}

// TestAgainstLsnsOnTerminals does the same where long commands are cut.
func TestAgainstLsnsOnTerminals(t *testing.T) {
	skipWithoutLsns(t)
	for _, cells := range []uint16{20, 80, 140, 145, 150, 155, 160, 200} {
		outer, inner := plainTerminal(t, cells)
		if w := TerminalWidth(inner); w != int(cells) {
			t.Fatalf("a terminal of %d cells is said to have %d", cells, w)
		}
		compare(t, []string{"-J"}, func() string {
			seen := shows(outer)
			lsns(t, "C.UTF-8", inner)
			inner.WriteString(end)
			return <-seen
		}, func(rows []*Row) *Table {
			tb := table(shown, "COMMAND", rows...)
			tb.Width = int(cells)
			return &tb
		})
	}
}

func skipWithoutLsns(t *testing.T) {
	out, err := exec.Command("lsns", "--version").Output()
	if err != nil {
		t.Skip("lsns of util-linux is not installed: ", err)
	}
	// Later ones order columns and trees in other ways.
	if !strings.Contains(string(out), "util-linux 2.38") {
		t.Skip("lsns is not that of util-linux 2.38: ", string(out))
	}
}
