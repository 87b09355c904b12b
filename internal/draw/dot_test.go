package draw

import (
	"bytes"
	"errors"
	"os/exec"
	"strings"
	"testing"
)

// statements takes the quoted strings out of a graph and returns what is left: the
// words of the language, which no name may add to.
func statements(graph string) (string, error) {
	var b strings.Builder
	quoted, escaped := false, false
	for _, r := range graph {
		switch {
		case escaped:
			escaped = false
		case quoted && r == '\\':
			escaped = true
		case r == '"':
			quoted = !quoted
			b.WriteRune('"')
		case quoted && r == '\n':
			return "", errors.New("a line ends in a string")
		case !quoted:
			b.WriteRune(r)
		}
	}
	if quoted {
		return "", errors.New("a string does not end")
	}
	return b.String(), nil
}

func graph(t *testing.T, text string) string {
	t.Helper()
	var b bytes.Buffer
	if err := DOT(&b, hostile(text)); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestDOTQuotes(t *testing.T) {
	want, err := statements(graph(t, "honest"))
	if err != nil {
		t.Fatal(err)
	}
	for _, attack := range attacks {
		if got, err := statements(graph(t, attack)); err != nil || got != want {
			t.Errorf("%.40q changes the graph: %v\n%s", attack, err, got)
		}
	}
}

func TestDOTSaysAll(t *testing.T) {
	var b bytes.Buffer
	if err := DOT(&b, realistic(5)); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		`subgraph "cluster_i1" {`, `"island-i2" [label="bwrap\nsandbox · 4 processes · pid 556 · uid 1000\napart: user, pid, mount"]`,
		`"island-i3" -- "island-i5" [style=dashed, label="net uts ipc"]`, `"island-i0" -- "kept-4026531864" [label="veth"`,
	} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("%s is not in\n%s", want, b.String())
		}
	}
}

// TestDOTIsAccepted asks graphviz itself.
func TestDOTIsAccepted(t *testing.T) {
	dot, err := exec.LookPath("dot")
	if err != nil {
		t.Skip("dot of graphviz is not installed")
	}
	for _, text := range append([]string{"honest"}, attacks...) {
		cmd := exec.Command(dot, "-Tcanon")
		cmd.Stdin = strings.NewReader(graph(t, text))
		if out, err := cmd.CombinedOutput(); err != nil || strings.Contains(string(out), "Warning") {
			t.Errorf("%.40q: %v %.300s", text, err, out)
		}
	}
}
