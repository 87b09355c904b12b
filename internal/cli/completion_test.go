package cli

import (
	"os"
	"strings"
	"testing"

	"isle/internal/getopt"
)

func TestComplete(t *testing.T) {
	withCommands(t, "unshare")
	commands[0].Options = func() []getopt.Option {
		return []getopt.Option{
			{Long: "mount", Short: 'm', Arg: getopt.Optional, Help: "new mount namespace"},
			{Long: "root", Short: 'R', Arg: getopt.Required, ArgName: "DIR", Help: "change root"},
			{Long: "secret"},
			{Short: 'z', Help: "only short"},
		}
	}
	const none, files = ":4", ":0" // cobra's directives
	for _, test := range []struct{ args, want string }{
		{"un", "unshare\tDo unshare " + none},
		{"unshare -", "-m\tnew mount namespace --mount\tnew mount namespace -R\tchange root --root\tchange root -z\tonly short " + none},
		{"unshare --m", "--mount\tnew mount namespace " + none},
		{"unshare -m --r", "--root\tchange root " + none},
		{"unshare --s", none},
		{"unshare --root -", files},
		{"unshare ls -", files},
		{"unshare -- -", files},
		{"unshare x", files},
		{"completion z", "zsh " + none},
	} {
		out := capture(t, &os.Stdout, func() { Main(append([]string{"isle", "__complete"}, strings.Fields(test.args)...)) })
		if got := strings.Join(strings.Split(strings.TrimSpace(out), "\n"), " "); got != test.want {
			t.Errorf("%s: %q, want %q", test.args, got, test.want)
		}
	}
}

// TestCompleteRun: the first operand of run may be an image, or a file; what
// follows it is the program's.
func TestCompleteRun(t *testing.T) {
	t.Setenv("ISLE_IMAGES", t.TempDir())
	for _, test := range []struct {
		before    []string
		word      string
		directive string
		offers    bool
	}{
		{[]string{"run"}, "", files, false},
		{[]string{"run", "--rm", "alpine"}, "-", files, false},
		{[]string{"run"}, "--review", nothing, true},
		{[]string{"create"}, "", nothing, false},
		{[]string{"create"}, "--publish", nothing, false}, // which isle has not
	} {
		offers, directive := offersFor(test.before, test.word)
		if directive != test.directive || (len(offers) > 0) != test.offers {
			t.Errorf("%q, %q: %v, %s", test.before, test.word, offers, directive)
		}
	}
}
