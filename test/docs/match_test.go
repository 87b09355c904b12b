package docs

import (
	"slices"
	"strings"
	"testing"
)

func TestMatch(t *testing.T) {
	for _, test := range []struct {
		want, got string // lines, separated by |
		ok        bool
	}{
		{"", "", true},
		{"a", "a", true},
		{"a", "a  ||", true},
		{"a", "b", false},
		{"a", "a|b", false},
		{"a|b", "a", false},
		{"", "a", false},
		{"...", "", true},
		{"...", "a|b", true},
		{"a|...|d", "a|b|c|d", true},
		{"a|...|d", "a|d", true},
		{"a|...|d", "a|b", false},
		{"...|b|...|b", "b|a|b", true},
		{"...|b|...|b", "a|b", false},
		{"pid <n>", "pid 12", true},
		{"pid <n>", "pid x", false},
		{"pid <n>", "pid ", false},
		{"x ... z", "x y z", true},
		{"x ... z", "x y", false},
		{"a.c", "abc", false},
		{"<a> <a>", "1 1", true},
		{"<a> <a>", "1 2", false},
		{"<a>|<b>|<a>", "1|2|1", true},
		{"<a>|<b>|<a>", "1|2|2", false},
		{"...|<a>|<a>", "1|2|2", true},
	} {
		err := Match(strings.Split(test.want, "|"), strings.Split(test.got, "|"), Numbers{})
		if (err == nil) != test.ok {
			t.Errorf("want %q, got %q: %v", test.want, test.got, err)
		}
	}
}

func TestMatchKeepsNumbers(t *testing.T) {
	numbers := Numbers{}
	if err := Match([]string{"net:[<net>] <n>"}, []string{"net:[4026] 7"}, numbers); err != nil {
		t.Fatal(err)
	}
	if numbers["<net>"] != "4026" || len(numbers) != 1 {
		t.Errorf("numbers are %v", numbers)
	}
	if Match([]string{"<net>"}, []string{"4027"}, numbers) == nil {
		t.Error("a name stood for two numbers")
	}
}

func TestMatchNamesTheMissingLine(t *testing.T) {
	err := Match([]string{"a", "b", "c"}, []string{"a", "b", "x"}, Numbers{})
	if err == nil || !strings.Contains(err.Error(), `wanted "c"`) {
		t.Errorf("error is %v", err)
	}
}

func TestMatchEnds(t *testing.T) {
	want := slices.Repeat([]string{anyLines, "a"}, 40)
	if Match(append(want, "b"), slices.Repeat([]string{"a"}, 80), Numbers{}) == nil {
		t.Error("lines matched that do not")
	}
}

func FuzzMatch(f *testing.F) {
	f.Add("a\n...\n<x> <x>", "a\nb\n1 1")
	f.Add("<n>", "12")
	f.Fuzz(func(t *testing.T, want, got string) {
		Match(strings.Split(want, "\n"), strings.Split(got, "\n"), Numbers{})
		lines := strings.Split(got, "\n")
		if placeholder.MatchString(got) {
			return
		}
		if err := Match(lines, lines, Numbers{}); err != nil {
			t.Errorf("text does not match itself: %v", err)
		}
	})
}
