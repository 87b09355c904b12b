package cli

import (
	"bytes"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"isle/internal/audit"
	"isle/internal/cli/run"
	"isle/internal/getopt"
)

// withCommands puts commands that record how they were called in the table.
func withCommands(t *testing.T, names ...string) *[]string {
	t.Helper()
	var call []string
	before := commands
	t.Cleanup(func() { commands = before })
	commands = nil
	for _, name := range names {
		commands = append(commands, Command{Name: name, Short: "Do " + name, Run: func(prog string, args []string) int {
			call = append([]string{prog}, args...)
			return 42
		}})
	}
	return &call
}

func TestMainPicksTheCommand(t *testing.T) {
	for _, test := range []struct {
		args, want []string // want is how the command is called
	}{
		{[]string{"isle", "unshare", "-U", "nsenter"}, []string{"isle unshare", "-U", "nsenter"}},
		{[]string{"/usr/bin/isle", "run"}, []string{"isle run"}},
		{[]string{"/usr/lib/isle/bin/unshare", "run"}, []string{"unshare", "run"}},
		{[]string{"nsenter"}, []string{"nsenter"}},
		{[]string{"run", "unshare"}, []string{"isle unshare"}},
	} {
		call := withCommands(t, "unshare", "nsenter", "run")
		if status := Main(test.args); status != 42 || !slices.Equal(*call, test.want) {
			t.Errorf("%q: status %d, called as %q, want %q", test.args, status, *call, test.want)
		}
	}
}

func TestMainRefuses(t *testing.T) {
	for _, test := range []struct{ args, message string }{
		{"isle frob", "isle: unknown command 'frob'"},
		{"isle --frob", "isle: unrecognized option '--frob'"},
		{"isle --version=x", "isle: unrecognized option '--version=x'"},
		{"isle -- unshare", "isle: unrecognized option '--'"},
		{"isle completion csh", "isle: no completions for 'csh'"},
		{"isle completion", "isle: completion takes one argument"},
		{"lsns", "lsns: this isle has no such command"},
	} {
		call := withCommands(t, "unshare")
		status := 0
		message := capture(t, &os.Stderr, func() { status = Main(strings.Fields(test.args)) })
		if status != 1 || *call != nil || !strings.HasPrefix(message, test.message) {
			t.Errorf("%s: status %d, called %q, message %q, want %q", test.args, status, *call, message, test.message)
		}
	}
}

func TestHelpIsTheCommandsOwn(t *testing.T) {
	call := withCommands(t, "unshare")
	if status := Main([]string{"isle", "help", "unshare"}); status != 0 || !slices.Equal(*call, []string{"isle unshare", "--help"}) {
		t.Errorf("status %d, called %q", status, *call)
	}
}

func TestFrontPageNamesEveryCommand(t *testing.T) {
	withCommands(t, "unshare", "run")
	for _, args := range [][]string{{"isle"}, {"isle", "--help"}, {"isle", "help"}} {
		out := capture(t, &os.Stdout, func() { Main(args) })
		for _, want := range []string{"island", "Do unshare", "Do run", "completion"} {
			if !strings.Contains(out, want) {
				t.Errorf("%q does not print %q:\n%s", args, want, out)
			}
		}
	}
}

// capture returns what f writes to the stream, which is to be short.
func capture(t *testing.T, stream **os.File, f func()) string {
	t.Helper()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	before := *stream
	*stream = w
	f()
	*stream = before
	w.Close()
	var b bytes.Buffer
	if _, err := b.ReadFrom(r); err != nil {
		t.Fatal(err)
	}
	r.Close()
	return b.String()
}

// TestRemediesExist: whatever option of isle run an audit advises, there is.
func TestRemediesExist(t *testing.T) {
	r, err := audit.Look(0, audit.Options{NoStop: true})
	if err != nil {
		t.Fatal(err)
	}
	option := regexp.MustCompile(`--[a-z-]+`)
	seen := 0
	for _, f := range slices.Concat(r.Findings, r.Passed, r.Unknown) {
		_, words, _ := strings.Cut(f.Isle, "isle run") // before it is another program's
		for _, word := range option.FindAllString(words, -1) {
			seen++
			if !slices.ContainsFunc(run.Table(), func(o getopt.Option) bool { return "--"+o.Long == word }) {
				t.Errorf("%s: isle run has no option %s", f.ID, word)
			}
		}
	}
	if seen < 10 {
		t.Errorf("only %d options are advised", seen)
	}
}

// TestCompleteIslands offers what islands are called.
func TestCompleteIslands(t *testing.T) {
	for _, command := range []string{"diff", "audit", "ls"} {
		offers, directive := offersFor([]string{command}, "se")
		if directive != nothing || !slices.Contains(offers, offer{"self", ""}) {
			t.Errorf("%s: %v, %s", command, offers, directive)
		}
	}
}
