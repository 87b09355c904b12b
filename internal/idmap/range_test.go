package idmap

import (
	"fmt"
	"os"
	"strings"
	"testing"
)

func TestParseMap(t *testing.T) {
	m, err := ParseMap("         0       1000          1\n         1     100000      65536\n")
	if err != nil || m.String() != "0 1000 1\n1 100000 65536\n" {
		t.Errorf("%v, %v", m, err)
	}
	if m, err := ParseMap(""); m != nil || err != nil {
		t.Errorf("of nothing: %v, %v", m, err)
	}
	for text, want := range map[string]string{
		"0 0\n":               `id map line "0 0": not three numbers`,
		"0 0 1 1\n":           `id map line "0 0 1 1": not three numbers`,
		"\n":                  `id map line "": not three numbers`,
		"0 x 1\n":             `id map line "0 x 1": id "x" is not a decimal number`,
		"0 0 0\n":             `id map line "0 0 0": the count is 0`,
		"1 0 4294967295\n":    `id map line "1 0 4294967295": the range goes beyond the last id, 4294967294`,
		"0 4294967295 1\n":    `id map line "0 4294967295 1": id "4294967295" is too large: the last one is 4294967294`,
		"0 0 10\n9 20 1":      `id map: lines "0 0 10" and "9 20 1" overlap inside`,
		"0 0 10\n10 5 1":      `id map: lines "0 0 10" and "10 5 1" overlap outside`,
		"0 0 1\n0 0 -1\n":     `id map line "0 0 -1": id "-1" is not a decimal number`,
		"0 0 4294967296\n":    `id map line "0 0 4294967296": id "4294967296" is too large: the last one is 4294967294`,
		"0 4294967290 10\n\n": `id map line "0 4294967290 10": the range goes beyond the last id, 4294967294`,
	} {
		if m, err := ParseMap(text); m != nil || err == nil || err.Error() != want {
			t.Errorf("ParseMap(%q) = %v, %v, want %s", text, m, err, want)
		}
	}
}

func FuzzParseMap(f *testing.F) {
	f.Add("         0       1000          1\n         1     100000      65536\n")
	f.Add("0 0 4294967295\n")
	f.Add("0 0 1\n0 0 1")
	f.Fuzz(func(t *testing.T, text string) {
		m, err := ParseMap(text)
		if err != nil {
			return
		}
		again, err := ParseMap(m.String())
		if err != nil || again.String() != m.String() {
			t.Errorf("%q is not read as it is written: %v, %v", m.String(), again, err)
		}
	})
}

// limits are maps at and beyond the bounds of what a kernel takes, which the
// test in kernel_test.go holds against the kernel itself.
func limits() map[string]Map {
	lines := func(n int) (m Map) {
		for i := range uint32(n) {
			m = append(m, Range{2 * i, 2 * i, 1})
		}
		return m
	}
	// Lines of 24 bytes, and one that is shorter.
	wide := func(last Range) (m Map) {
		for i := range uint32(4096 / 24) {
			m = append(m, Range{4000000000 + i, 4000000000 + i, 1})
		}
		return append(m, last)
	}
	return map[string]Map{
		"340 lines":      lines(340),
		"341 lines":      lines(341),
		"4096 bytes":     wide(Range{100000, 100000, 1}),
		"4095 bytes":     wide(Range{10000, 100000, 1}),
		"count 0":        {{0, 0, 0}},
		"no id":          {{4294967295, 0, 1}},
		"no id outside":  {{0, 4294967295, 1}},
		"last id":        {{4294967294, 4294967294, 1}},
		"all ids":        {{0, 0, 4294967295}},
		"beyond":         {{1, 0, 4294967295}},
		"beyond outside": {{0, 2, 4294967294}},
		"inside twice":   {{0, 0, 10}, {9, 20, 5}},
		"outside twice":  {{0, 0, 10}, {10, 9, 5}},
		"within":         {{100, 100, 1}, {0, 0, 1000}},
		"side by side":   {{10, 0, 10}, {0, 10, 10}},
	}
}

func TestValidate(t *testing.T) {
	page := os.Getpagesize()
	fits := map[string]bool{"340 lines": true, "4096 bytes": page > 4096, "4095 bytes": true, "last id": true, "all ids": true, "side by side": true}
	for name, m := range limits() {
		if err := m.Validate(); (err == nil) != fits[name] {
			t.Errorf("%s: %v", name, err)
		}
	}
	if page == 4096 {
		err := limits()["4096 bytes"].Validate()
		if err == nil || err.Error() != "too large for kernel 4k limit: 4096 bytes" {
			t.Error(err)
		}
	}
	if err := limits()["341 lines"].Validate(); err == nil || !strings.HasPrefix(err.Error(), "too many lines: 341") {
		t.Error(err)
	}
	if fmt.Sprint(Map(nil).Validate()) != "<nil>" {
		t.Error("an empty map is not valid")
	}
}
