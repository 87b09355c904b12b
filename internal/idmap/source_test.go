package idmap

import (
	"fmt"
	"strings"
	"testing"
)

func TestParseSource(t *testing.T) {
	for s, want := range map[string]Source{
		"0:100000:65536": Range{0, 100000, 65536},
		"100000,0,65536": Range{0, 100000, 65536},
		"0:0:4294967295": Range{0, 0, 4294967295},
		"auto":           Auto,
		"subids":         Identity,
		"all":            All,
	} {
		if got, err := ParseSource(s); err != nil || got != want {
			t.Errorf("ParseSource(%q) = %v, %v, want %v", s, got, err, want)
		}
	}
	for s, want := range map[string]string{
		"":                 "not inside:outside:count, auto, subids or all",
		"rest":             "not inside:outside:count, auto, subids or all",
		"0:0":              "not inside:outside:count, auto, subids or all",
		"0:0:1:1":          "not inside:outside:count, auto, subids or all",
		"0,0:1":            "not inside:outside:count, auto, subids or all",
		"AUTO":             "not inside:outside:count, auto, subids or all",
		"0:0:0":            "the count is 0",
		"0: 0:1":           `id " 0" is not a decimal number`,
		"+0:0:1":           `id "+0" is not a decimal number`,
		"bob:0:1":          `id "bob" is not a decimal number`,
		"0::1":             `id "" is not a decimal number`,
		"0:4294967296:1":   `id "4294967296" is too large: the last one is 4294967294`,
		"1:0:4294967295":   "the range goes beyond the last id, 4294967294",
		"4294967294,0,2":   "the range goes beyond the last id, 4294967294",
		"0:100000:65536\n": `id "65536\n" is not a decimal number`,
	} {
		got, err := ParseSource(s)
		if want = "invalid mapping '" + s + "': " + want; got != nil || err == nil || err.Error() != want {
			t.Errorf("ParseSource(%q) = %v, %v, want %s", s, got, err, want)
		}
	}
}

func FuzzParseSource(f *testing.F) {
	for _, s := range []string{"0:100000:65536", "100000,0,65536", "auto", "subids", "all", "", "::", "0:0:0", "4294967295:0:1", "0,0:1"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		source, err := ParseSource(s)
		if err != nil {
			return
		}
		r, ok := source.(Range)
		if !ok {
			return
		}
		again, err := ParseSource(fmt.Sprintf("%d,%d,%d", r.Outside, r.Inside, r.Count))
		if again != source || err != nil {
			t.Errorf("%q = %v, but written the other way %v, %v", s, source, again, err)
		}
		if err := (Map{r}).Validate(); err != nil {
			t.Errorf("%q: %v", s, err)
		}
	})
}

func TestSubIDs(t *testing.T) {
	path := file(t, strings.Join([]string{
		"# comment", "", "bob:100000:65536", "alice:200000:10", "1000:300000:20 ", "bob:400000:0", "bobby:1:1", "01000:2:1", "nonsense",
		"eve:1:2:3", "max:x:1", "mia:4294967290:10", "joe:-1:1", "zoe:5:4294967296", "nil:7:0",
	}, "\n"))
	for _, test := range []struct {
		uid  uint32
		name string
		want string
	}{
		{1000, "bob", "100000 100000 65536\n300000 300000 20\n"},
		{1000, "", "300000 300000 20\n"},
		{7, "alice", "200000 200000 10\n"},
		{0, "root", `no line matching user "root" in ` + path},
		{5, "", `no line matching user "5" in ` + path},
		{7, "nil", `no line matching user "nil" in ` + path},
		{7, "nonsense", path + " line 9: not of the form user:start:count"},
		{7, "eve", path + " line 10: not of the form user:start:count"},
		{7, "max", path + ` line 11: id "x" is not a decimal number`},
		{7, "mia", path + " line 12: the range goes beyond the last id, 4294967294"},
		{7, "joe", path + ` line 13: id "-1" is not a decimal number`},
		{7, "zoe", path + ` line 14: id "4294967296" is too large: the last one is 4294967294`},
	} {
		m, err := SubIDs(path, test.uid, test.name)
		got := m.String()
		if err != nil {
			got += err.Error()
		}
		if got != test.want {
			t.Errorf("SubIDs of %d %q:\n%s\nwant\n%s", test.uid, test.name, got, test.want)
		}
	}
}

func FuzzSubIDs(f *testing.F) {
	f.Add("bob:100000:65536\n1000:1:1\n")
	f.Add("bob\nbob:\nbob::\nbob:::")
	f.Add("bob:4294967294:1\r\n#bob:1:1")
	f.Fuzz(func(t *testing.T, text string) {
		m, err := SubIDs(file(t, text), 1000, "bob")
		if (len(m) == 0) != (err != nil) {
			t.Errorf("%v, %v", m, err)
		}
		for _, r := range m {
			if r.Inside != r.Outside || r.validate() != nil {
				t.Errorf("range %v", r)
			}
		}
	})
}
