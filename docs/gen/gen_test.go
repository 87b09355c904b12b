package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestCheckedIn compares what is checked in with what the code gives now.
func TestCheckedIn(t *testing.T) {
	want, err := files()
	if err != nil {
		t.Fatal(err)
	}
	for name, data := range want {
		got, err := os.ReadFile(filepath.Join("../..", name))
		if err != nil {
			t.Errorf("%v: run make docs", err)
		} else if diff := cmp.Diff(string(data), string(got)); diff != "" {
			t.Errorf("%s is stale, run make docs (- generated, + checked in):\n%s", name, diff)
		}
	}
	for _, name := range present("../..") {
		if _, ok := want[name]; !ok {
			t.Errorf("%s is of no command any more, run make docs", name)
		}
	}
}

// TestWriteRemovesStalePages writes into an empty folder with one page too many.
func TestWriteRemovesStalePages(t *testing.T) {
	dir := t.TempDir()
	stale := filepath.Join(dir, "docs/man/isle-gone.1")
	if err := os.MkdirAll(filepath.Dir(stale), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(stale, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := write(dir); err != nil {
		t.Fatal(err)
	}
	want, err := files()
	if err != nil {
		t.Fatal(err)
	}
	if got := present(dir); len(got) != len(want) {
		t.Errorf("%d files are there, want %d: %v", len(got), len(want), got)
	}
}

// TestCompletionsParse lets bash read its completions; zsh and fish may not be
// on the machine.
func TestCompletionsParse(t *testing.T) {
	all, err := files()
	if err != nil {
		t.Fatal(err)
	}
	for _, shell := range []string{"bash", "zsh", "fish"} {
		t.Run(shell, func(t *testing.T) {
			if _, err := exec.LookPath(shell); err != nil {
				t.Skipf("no %s on this machine", shell)
			}
			cmd := exec.Command(shell, "-n")
			cmd.Stdin = strings.NewReader(string(all["internal/cli/completions/isle."+shell]))
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Errorf("%s -n: %v\n%s", shell, err, out)
			}
		})
	}
}
