package getopt

import (
	"bytes"
	"math/rand"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// TestGlibc compares with glibc, by way of util-linux's getopt(1), on command
// lines made at random of words that are likely to matter.
func TestGlibc(t *testing.T) {
	tool, err := exec.LookPath("getopt")
	if err != nil {
		t.Skip("getopt(1) is not installed")
	}
	random := rand.New(rand.NewSource(1))
	for range 1500 {
		args, order := randomArgs(random), Order(random.Intn(2))
		want, wantOperands, message := runGetopt(t, tool, args, order)
		got, operands, err := parse(args, order)
		for i := range got {
			got[i] = plain(got[i])
		}
		if err == nil {
			if message != "" || !slices.Equal(got, want) || !slices.Equal(operands, wantOperands) {
				t.Errorf("%q (order %d): %q %q, but glibc %q %q %q", args, order, got, operands, want, wantOperands, message)
			}
			continue
		}
		// getopt(1) goes on after an error.
		first, _, _ := strings.Cut(message, "\n")
		if first != "prog: "+err.Error() || len(got) > len(want) || !slices.Equal(got, want[:len(got)]) {
			t.Errorf("%q (order %d): %q %q, but glibc %q %q", args, order, got, err, want, message)
		}
	}
}

// plain drops an argument that is empty: getopt(1) prints one where there is none.
func plain(taken string) string { return strings.TrimSuffix(taken, "=") }

// runGetopt returns what getopt(1) makes of the words, as parse does.
func runGetopt(t *testing.T, tool string, args []string, order Order) (taken, operands []string, message string) {
	t.Helper()
	cmd := exec.Command(tool, append([]string{"-n", "prog", "-o", shortSpec(order), "-l", longSpec(), "--"}, args...)...)
	var out, errs bytes.Buffer
	cmd.Env = []string{"LC_ALL=C"}
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Run(); err != nil && cmd.ProcessState.ExitCode() != 1 {
		t.Fatalf("getopt %q: %v %s", args, err, &errs)
	}
	options, rest, _ := strings.Cut(out.String(), " --"+"\n")
	if before, after, ok := strings.Cut(out.String(), " -- "); ok {
		options, rest = before, after
	}
	for _, word := range strings.Fields(rest) {
		operands = append(operands, strings.Trim(word, "'"))
	}
	for _, word := range strings.Fields(options) {
		if arg, quoted := strings.CutPrefix(word, "'"); quoted {
			last := &taken[len(taken)-1]
			*last = plain(*last + "=" + strings.TrimSuffix(arg, "'"))
			continue
		}
		taken = append(taken, named(word))
	}
	return taken, operands, errs.String()
}

// named returns the label of the option that word, a short or a long one, names.
func named(word string) string {
	for i := range table {
		if word == "-"+string(rune(table[i].Short)) {
			return label(&table[i])
		}
	}
	return word
}

var colons = [...]string{None: "", Required: ":", Optional: "::"}

func shortSpec(order Order) (spec string) {
	if order == Stop {
		spec = "+"
	}
	for i := range table {
		if o := &table[i]; o.Short != 0 {
			spec += string(rune(o.Short)) + colons[o.shortArg()]
		}
	}
	return spec
}

func longSpec() string {
	var names []string
	for i := range table {
		if o := &table[i]; o.Long != "" {
			names = append(names, o.Long+colons[o.Arg])
		}
	}
	return strings.Join(names, ",")
}

func randomArgs(random *rand.Rand) (args []string) {
	words := []string{"-", "--", "--=", "--=x", "x", "", "-m", "-p", "-pf", "-fm", "-R", "-Rx", "-fR", "-x", "-f=", "-l", "-Z", "-fZm", "-:", "-;", "-f-"}
	for range random.Intn(5) {
		if random.Intn(2) == 0 {
			args = append(args, words[random.Intn(len(words))])
			continue
		}
		long := "--" + table[random.Intn(8)].Long
		long = long[:2+random.Intn(len(long)-1)]
		if random.Intn(3) == 0 {
			long += []string{"=", "=v", "==", "x"}[random.Intn(4)]
		}
		args = append(args, long)
	}
	return args
}
