package imports

import (
	"bytes"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// longest is the number of lines that a file may have.
const longest = 400

// nameless are names that say nothing of what is inside.
var nameless = []string{"util", "utils", "common", "helper", "helpers", "misc", "shared", "base", "lib"}

// TestEveryPackageHasADoc wants a doc.go with a package comment of more than a
// line: what the room is for, what it must never import, what it rests on.
func TestEveryPackageHasADoc(t *testing.T) {
	for folder := range sources(t) {
		path := filepath.Join(top, folder, "doc.go")
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.PackageClauseOnly|parser.ParseComments)
		if err != nil {
			t.Errorf("%s has no doc.go that can be read: %v", folder, err)
			continue
		}
		doc := file.Doc.Text()
		if want := "Package " + file.Name.Name + " "; file.Name.Name != "main" && !strings.HasPrefix(doc, want) {
			t.Errorf("%s/doc.go: the package comment does not begin with %q", folder, want)
		}
		if strings.Count(strings.TrimSpace(doc), "\n") < 2 {
			t.Errorf("%s/doc.go: the package comment has fewer than three lines", folder)
		}
	}
}

func TestNoPackageIsNameless(t *testing.T) {
	for folder := range sources(t) {
		if slices.Contains(nameless, filepath.Base(folder)) {
			t.Errorf("%s: the name says nothing; put the code with the concept it serves", folder)
		}
	}
}

func TestNoFileUsesCgo(t *testing.T) {
	for _, files := range sources(t) {
		for _, path := range files {
			if !strings.HasSuffix(path, ".go") {
				continue
			}
			file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
			if err != nil {
				t.Error(err)
				continue
			}
			for _, imp := range file.Imports {
				if imp.Path.Value == `"C"` {
					t.Errorf("%s uses cgo", path)
				}
			}
		}
	}
}

func TestNoFileIsTooLong(t *testing.T) {
	for _, files := range sources(t) {
		for _, path := range files {
			data, err := os.ReadFile(path)
			if err != nil {
				t.Error(err)
				continue
			}
			generated := bytes.HasPrefix(data, []byte("// Code generated "))
			if n := bytes.Count(data, []byte("\n")); n > longest && !generated {
				t.Errorf("%s has %d lines, more than %d: does it hold two ideas?", path, n, longest)
			}
		}
	}
}
