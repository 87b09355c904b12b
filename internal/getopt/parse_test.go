package getopt

import (
	"errors"
	"reflect"
	"strings"
	"testing"
)

// table has every kind of option, names that begin alike, and one name that is
// the beginning of another.
var table = []Option{
	{Long: "mount", Short: 'm', Arg: Optional, BareShort: true},
	{Long: "mount-proc", Arg: Optional},
	{Long: "pid", Short: 'p', Arg: Optional},
	{Long: "root", Short: 'R', Arg: Required},
	{Long: "fork", Short: 'f'},
	{Long: "map-user", Arg: Required},
	{Long: "map-users", Arg: Required},
	{Long: "map-auto"},
	{Short: 'Z'},
	{Short: 'l', Arg: Required},
}

// label is how these tests name an option.
func label(o *Option) string {
	if o.Long != "" {
		return "--" + o.Long
	}
	return "-" + string(rune(o.Short))
}

// parse returns what take was told of, "--name" or "--name=arg", and the rest.
func parse(args []string, order Order) (taken, operands []string, err error) {
	operands, err = Parse(table, args, order, func(i int, arg string, given bool) error {
		word := label(&table[i])
		if given {
			word += "=" + arg
		}
		taken = append(taken, word)
		return nil
	})
	return taken, operands, err
}

func TestParse(t *testing.T) {
	for _, test := range []struct {
		args, taken, operands, err string
		order                      Order
	}{
		{args: "-mpf -R/x --fork", taken: "--mount --pid=f --root=/x --fork"},
		{args: "-fmf -R /x a -f --", taken: "--fork --mount --fork --root=/x", operands: "a -f --"},
		{args: "--mount= --mount --mount=/a=b c", taken: "--mount= --mount --mount=/a=b", operands: "c"},
		{args: "-p /x", taken: "--pid", operands: "/x"},
		{args: "-p=/x", taken: "--pid==/x"},
		{args: "--pid /x -f", taken: "--pid", operands: "/x -f"},
		{args: "--root -- --map-user -f x", taken: "--root=-- --map-user=-f", operands: "x"},
		{args: "-- -f", operands: "-f"},
		{args: "- -f", operands: "- -f"},
		{args: "a -f b -R c -- -f --", order: Permute, taken: "--fork --root=c", operands: "a b -f --"},
		{args: "--roo=x --fo --map-user=1 --map-a", taken: "--root=x --fork --map-user=1 --map-auto"},
		{args: "-lf -Z", taken: "-l=f -Z"},
		{args: "-f --bogus=x", taken: "--fork", err: "unrecognized option '--bogus=x'"},
		{args: "-fx", taken: "--fork", err: "invalid option -- 'x'"},
		{args: "-m=/x", taken: "--mount", err: "invalid option -- '='"},
		{args: "-f-", taken: "--fork", err: "invalid option -- '-'"},
		{args: "-fR", taken: "--fork", err: "option requires an argument -- 'R'"},
		{args: "--roo", err: "option '--root' requires an argument"},
		{args: "--fo=1", err: "option '--fork' doesn't allow an argument"},
		{args: "--map=3", err: "option '--map=3' is ambiguous; possibilities: '--map-user' '--map-users' '--map-auto'"},
		{args: "--m", err: "option '--m' is ambiguous; possibilities: '--mount' '--mount-proc' '--map-user' '--map-users' '--map-auto'"},
		{args: "-R /x -\xff", taken: "--root=/x", err: "invalid option -- '\xff'"},
	} {
		taken, operands, err := parse(strings.Fields(test.args), test.order)
		got := ""
		if err != nil {
			got = err.Error()
		}
		if strings.Join(taken, " ") != test.taken || strings.Join(operands, " ") != test.operands || got != test.err {
			t.Errorf("%s: took %q, operands %q, error %q; want %q, %q, %q",
				test.args, taken, operands, got, test.taken, test.operands, test.err)
		}
	}
}

func TestParseStopsWhenTakeFails(t *testing.T) {
	stop, calls := errors.New("stop"), 0
	_, err := Parse(table, []string{"-ff", "-f", "--bogus"}, Stop, func(int, string, bool) error {
		calls++
		return stop
	})
	if err != stop || calls != 1 {
		t.Errorf("error %v after %d calls", err, calls)
	}
}

// FuzzParse checks that what is taken, written out in full, is read back as the
// same, and that operands are words of the command line, in order.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{"-mpf\n-R\n/x\n--fork\nls\n-l", "--map-u\n1", "--=x", "--\n-f", "-p=x\n--mount=\n-", "-Zl\n"} {
		f.Add(seed, false)
		f.Add(seed, true)
	}
	f.Fuzz(func(t *testing.T, text string, permute bool) {
		args, order := strings.Split(text, "\n"), Stop
		if permute {
			order = Permute
		}
		var full []string
		operands, err := Parse(table, args, order, func(i int, arg string, given bool) error {
			full = append(full, written(t, &table[i], arg, given)...)
			return nil
		})
		if wrong := (*Error)(nil); err != nil && !errors.As(err, &wrong) {
			t.Fatalf("%q: error of type %T", args, err)
		}
		if err != nil {
			return
		}
		if !isSubsequence(operands, args) {
			t.Fatalf("%q: operands %q", args, operands)
		}
		want, _, _ := parse(args, order)
		got, rest, err := parse(append(append(full, "--"), operands...), order)
		if err != nil || !reflect.DeepEqual(got, want) || strings.Join(rest, "\n") != strings.Join(operands, "\n") {
			t.Fatalf("%q: in full %q: took %q, want %q, operands %q, error %v", args, full, got, want, rest, err)
		}
	})
}

// written returns the words for an option that was taken.
func written(t *testing.T, o *Option, arg string, given bool) []string {
	if given && o.Arg == None || !given && o.Arg == Required {
		t.Fatalf("%s: argument given: %v", label(o), given)
	}
	switch {
	case !given:
		return []string{label(o)}
	case o.Long == "":
		return []string{label(o), arg}
	}
	return []string{label(o) + "=" + arg}
}

func isSubsequence(part, whole []string) bool {
	for _, s := range whole {
		if len(part) > 0 && part[0] == s {
			part = part[1:]
		}
	}
	return len(part) == 0
}
