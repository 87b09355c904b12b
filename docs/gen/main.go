package main

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"isle/internal/cli"
)

// folder is the module's top, where make runs this.
const folder = "."

func main() {
	if err := write(folder); err != nil {
		fmt.Fprintln(os.Stderr, "gen:", err)
		os.Exit(1)
	}
}

// files returns everything that is generated: paths in the module and contents.
func files() (map[string][]byte, error) {
	out, err := completions()
	if err != nil {
		return nil, fmt.Errorf("generate completions: %w", err)
	}
	if out["docs/coming-from-docker.md"], err = comingPage(); err != nil {
		return nil, fmt.Errorf("generate the page on docker: %w", err)
	}
	out["docs/man/isle.1"] = frontPage(cli.Commands())
	for _, c := range cli.Commands() {
		out["docs/man/isle-"+c.Name+".1"] = commandPage(c)
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
	for _, pattern := range []string{"docs/coming-from-docker.md", "docs/man/*.1", "internal/cli/completions/isle.*"} {
		paths, _ := filepath.Glob(filepath.Join(dir, pattern))
		for _, path := range paths {
			name, _ := filepath.Rel(dir, path)
			names = append(names, name)
		}
	}
	return names
}
