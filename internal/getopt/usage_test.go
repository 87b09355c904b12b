package getopt

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestUsage(t *testing.T) {
	options := []Option{
		{Long: "mount", Short: 'm', Arg: Optional, ArgName: "FILE", Group: "Namespaces", Help: "the mount namespace"},
		{Long: "root", Short: 'R', Arg: Required, ArgName: "DIR", Group: "Namespaces", Help: "a text so long that it needs more than one line of the help"},
		{Long: "map-groups", Arg: Required, ArgName: "INNER:OUTER:COUNT", Group: "Ids", Help: "below"},
		{Long: "just-so-long", Short: 'j', Arg: Optional, ArgName: "123456", Group: "Ids", Help: "below"},
		{Long: "one-less-of", Short: 'j', Arg: Optional, ArgName: "123456", Group: "Ids", Help: "beside"},
		{Short: 'l', Arg: Required, ArgName: "X", Group: "Ids", Help: "short"},
		{Short: 'Z', Group: "Ids"},
	}
	want := `Usage: prog [OPTION...] [PROGRAM]

One.

Two.

Namespaces:
  -m, --mount[=FILE]          the mount namespace
  -R, --root=DIR              a text so long that it needs more than one line of
                              the help

Ids:
      --map-groups=INNER:OUTER:COUNT
                              below
  -j, --just-so-long[=123456]
                              below
  -j, --one-less-of[=123456]  beside
  -l X                        short
`
	if got := Usage("prog", "[PROGRAM]", "One.\n\nTwo.", options); string(got) != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if got, _, _ := strings.Cut(string(Usage("prog", "", "x", nil)), "\n"); got != "Usage: prog [OPTION...]" {
		t.Errorf("synopsis without operands: %q", got)
	}
}

// FuzzWrap checks that only white space is lost, and that lines are too long
// only for a single word.
func FuzzWrap(f *testing.F) {
	f.Add("a text to be\nbroken", 5)
	f.Add("", 0)
	f.Add("überlang é", 3)
	f.Fuzz(func(t *testing.T, text string, n int) {
		lines := wrap(text, n)
		if strings.Join(lines, " ") != strings.Join(strings.Fields(text), " ") {
			t.Errorf("%q: %q", text, lines)
		}
		for _, line := range lines {
			if strings.Contains(line, " ") && utf8.RuneCountInString(line) > n {
				t.Errorf("%q: line %q has more than %d characters", text, line, n)
			}
		}
	})
}
