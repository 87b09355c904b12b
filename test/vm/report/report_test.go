package report

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// program is a package whose tests end in every way, some by where they run.
const program = `package worlds

import (
	"fmt"
	"os"
	"testing"
)

func TestPass(t *testing.T) {}

func TestParts(t *testing.T) {
	t.Run("good", func(t *testing.T) {})
	t.Run("bad", func(t *testing.T) { t.Error("one\ntwo") })
	t.Run("bad tail", func(t *testing.T) {})
}

func TestNever(t *testing.T) { t.Skip("there is no such thing") }

func TestElsewhere(t *testing.T) {
	if os.Getenv("WORLD") != "other" {
		t.Skip("not in this world")
	}
}

func TestEnd(t *testing.T) {
	fmt.Println("--- PASS: TestEnd (0.00s)")
	if os.Getenv("WORLD") == "other" {
		os.Exit(3)
	}
}
`

// world runs the program's tests for real and reads what they say.
func world(t *testing.T, name string) []Test {
	t.Helper()
	dir := t.TempDir()
	for file, text := range map[string]string{"go.mod": "module isle\n", "worlds/worlds_test.go": program} {
		path := filepath.Join(dir, file)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.Command("go", "test", "-json", "./worlds")
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "WORLD="+name, "GOFLAGS=", "GOWORK=off")
	out, err := cmd.Output()
	if err == nil {
		t.Fatal("tests of which one fails passed")
	}
	tests, err := Read(bytes.NewReader(out))
	if err != nil {
		t.Fatalf("%v in %s", err, out)
	}
	return tests
}

func names(tests []Test) string {
	var all []string
	for _, t := range tests {
		all = append(all, t.Package+" "+t.Name)
	}
	return strings.Join(all, ", ")
}

func TestRead(t *testing.T) {
	tests := world(t, "this")
	if got, want := Count(tests), (Counts{Passed: 4, Failed: 2, Skipped: 2}); got != want {
		t.Errorf("%v, want %v, in %+v", got, want, tests)
	}
	failures := Failures(tests)
	if got, want := names(failures), "worlds TestParts/bad"; got != want {
		t.Fatalf("failed: %s, want %s", got, want)
	}
	if said := failures[0].Output; len(said) != 2 || !strings.HasSuffix(said[0], "one") || strings.TrimSpace(said[1]) != "two" {
		t.Errorf("it said %q", said)
	}
}

// TestBroken: a binary that ends in the middle of a test has failed in it.
func TestBroken(t *testing.T) {
	tests := world(t, "other")
	if got, want := names(Failures(tests)), "worlds TestParts/bad, worlds TestEnd"; got != want {
		t.Errorf("failed: %s, want %s", got, want)
	}
}

func TestNowhere(t *testing.T) {
	here, there := world(t, "this"), world(t, "other")
	if got, want := names(Nowhere(here)), "worlds TestElsewhere, worlds TestNever"; got != want {
		t.Errorf("here alone: %s, want %s", got, want)
	}
	both := Nowhere(slices.Concat(here, there))
	if got, want := names(both), "worlds TestNever"; got != want {
		t.Fatalf("here and there: %s, want %s", got, want)
	}
	if got := both[0].Reason(); !strings.HasSuffix(got, "there is no such thing") {
		t.Errorf("the reason is %q", got)
	}
}

func TestNoEvents(t *testing.T) {
	for _, text := range []string{"ok  isle/ns 0.1s\n", "{\"Action\":", "[1]"} {
		if tests, err := Read(strings.NewReader(text)); err == nil {
			t.Errorf("%q is read as %+v", text, tests)
		}
	}
}
