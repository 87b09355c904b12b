package main

import (
	"bytes"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"isle/internal/cli"
)

// folder is where the files go, seen from the module's top.
const folder = "docs"

func main() {
	if err := write(folder); err != nil {
		fmt.Fprintln(os.Stderr, "gen:", err)
		os.Exit(1)
	}
}

// files returns everything that is generated: paths inside docs and contents.
func files() (map[string][]byte, error) {
	out := map[string][]byte{"man/isle.1": frontPage(cli.Commands())}
	for _, c := range cli.Commands() {
		out["man/isle-"+c.Name+".1"] = commandPage(c)
	}
	for shell, generate := range cli.Shells {
		var b bytes.Buffer
		if err := generate(cli.Frame(), &b); err != nil {
			return nil, fmt.Errorf("generate completions for %s: %w", shell, err)
		}
		out["completions/isle."+shell] = b.Bytes()
	}
	return out, nil
}

// write replaces the generated files under dir and removes those of commands
// that are gone.
func write(dir string) error {
	out, err := files()
	if err != nil {
		return err
	}
	for _, stale := range present(dir) {
		if _, ok := out[stale]; !ok {
			if err := os.Remove(filepath.Join(dir, stale)); err != nil {
				return err
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(out)) {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(path, out[name], 0o644); err != nil {
			return err
		}
	}
	return nil
}

// present lists the generated files that are under dir, by their paths inside it.
func present(dir string) []string {
	var names []string
	for _, pattern := range []string{"man/*.1", "completions/isle.*"} {
		paths, _ := filepath.Glob(filepath.Join(dir, pattern))
		for _, path := range paths {
			name, _ := filepath.Rel(dir, path)
			names = append(names, name)
		}
	}
	return names
}
