package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// compiled is the name of a package's test binary, which lies in its folder.
const compiled = "compiled.test"

// build compiles the tests of packages and isle's programs below the folder dir:
// the tests in DIR/tree/PACKAGE, beside what that folder of the module holds, and
// the programs in DIR/bin.
func build(dir string, packages []string) error {
	top, err := goCommand("list", "-m", "-f", "{{.Dir}}")
	if err != nil {
		return err
	}
	if _, err := goCommand("build", "-o", filepath.Join(dir, "bin")+"/", "./cmd/..."); err != nil {
		return err
	}
	for _, p := range packages {
		tree := filepath.Join(dir, "tree", p)
		if err := copyFolder(tree, filepath.Join(top, p)); err != nil {
			return err
		}
		if _, err := goCommand("test", "-c", "-o", filepath.Join(tree, compiled), "./"+p); err != nil {
			return err
		}
	}
	return nil
}

// copyFolder copies a package's files, for which any user may ask in a guest.
func copyFolder(to, from string) error {
	if err := os.MkdirAll(to, 0o755); err != nil {
		return err
	}
	// Parts of it may be packages of their own, and be there already.
	cmd := exec.Command("cp", "--recursive", "--no-preserve=mode", from+"/.", to)
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("copy %s: %w: %s", from, err, out)
	}
	return nil
}

// goCommand runs the go command without cgo and returns what it prints.
func goCommand(arguments ...string) (string, error) {
	cmd := exec.Command("go", arguments...)
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	var complaint bytes.Buffer
	cmd.Stderr = &complaint
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("go %s: %w: %s", strings.Join(arguments, " "), err, strings.TrimSpace(complaint.String()))
	}
	return strings.TrimSpace(string(out)), nil
}
