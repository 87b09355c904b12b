package imports

import (
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

const (
	module = "isle"
	top    = "../.." // the module's folder, seen from this one
)

// pkg is what is read of go list's answer about a package.
type pkg struct {
	ImportPath string
	Imports    []string
	Deps       []string
	Error      *struct{ Err string }
}

// name is the package's path inside the module.
func (p pkg) name() string { return strings.TrimPrefix(p.ImportPath, module+"/") }

// listModule asks go list about packages of the module for each machine that
// isle is built for. Test files are left out: they may import what they like.
func listModule(t *testing.T, patterns ...string) []pkg {
	t.Helper()
	var all []pkg
	for _, arch := range []string{"amd64", "arm64"} {
		cmd := exec.Command("go", append([]string{"list", "-e", "-json=ImportPath,Imports,Deps,Error"}, patterns...)...)
		cmd.Dir = top
		cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS=linux", "GOARCH="+arch)
		out, err := cmd.Output()
		if err != nil {
			t.Fatalf("go list: %v", err)
		}
		for dec := json.NewDecoder(strings.NewReader(string(out))); ; {
			var p pkg
			if err := dec.Decode(&p); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				t.Fatalf("read go list's answer: %v", err)
			}
			if p.Error != nil {
				t.Errorf("go list on %s: %s: %s", arch, p.ImportPath, p.Error.Err)
				continue
			}
			all = append(all, p)
		}
	}
	if len(all) == 0 {
		t.Fatal("go list names no package")
	}
	return all
}

// sources returns the module's Go and assembly files by folder, whatever their
// build constraints, leaving out testdata and hidden folders.
func sources(t *testing.T) map[string][]string {
	t.Helper()
	files := map[string][]string{}
	err := filepath.WalkDir(top, func(path string, d os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		base := d.Name()
		switch {
		case d.IsDir() && path != top && (base == "testdata" || strings.HasPrefix(base, ".") || strings.HasPrefix(base, "_")):
			return filepath.SkipDir
		case !d.IsDir() && (strings.HasSuffix(base, ".go") || strings.HasSuffix(base, ".s")):
			folder, err := filepath.Rel(top, filepath.Dir(path))
			if err != nil {
				return err
			}
			files[folder] = append(files[folder], path)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(files) < 3 {
		t.Fatalf("only %d folders with Go files under %s", len(files), top)
	}
	return files
}
