package conformance

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
)

// The suite, pinned. The sums are those of a go.sum line; the go command checks
// them, and by the suite's own go.sum those of all it needs.
const (
	suiteModule   = "github.com/opencontainers/runtime-tools"
	suiteVersion  = "v0.9.1-0.20260316125833-8a4db579f5c8"
	suiteSum      = "h1:2NAWFjN0PmdIe3XojVL9wf3lJ1//VqAgc7MOSYHQslE="
	suiteModSum   = "h1:DKDEfzxvRkoQ6n9TGhxQgg2IM1lY4aM0eaQP4e3oElw="
	suitePrograms = 58
)

// errNoRootfs says that the suite has no root file system for this machine.
var errNoRootfs = errors.New("the suite brings a root file system for amd64 only")

// suite is the built suite: a folder with the programs, and beside them what
// they look for in their working directory (runtimetest and a root file system).
type suite struct{ dir string }

// program returns the path of the program of one file of the suite.
func (s suite) program(name string) string { return filepath.Join(s.dir, "programs", name) }

// check makes sure that the programs are those of the table.
func (s suite) check() error {
	entries, err := os.ReadDir(s.program(""))
	var built, known []string
	for _, e := range entries {
		built = append(built, e.Name())
	}
	for _, f := range files {
		known = append(known, f.name)
	}
	if err == nil && !slices.Equal(built, known) {
		err = fmt.Errorf("the suite has the programs %q, the table %q", built, known)
	}
	return err
}

// buildSuite builds the suite into dir unless it is there already.
func buildSuite(dir string) (suite, error) {
	if runtime.GOARCH != "amd64" {
		return suite{}, errNoRootfs
	}
	s := suite{dir: dir}
	if _, err := os.Stat(s.program("")); err == nil {
		return s, nil
	}
	work := dir + ".new"
	if err := errors.Join(os.RemoveAll(work), os.MkdirAll(filepath.Join(work, "programs"), 0o755)); err != nil {
		return suite{}, err
	}
	defer os.RemoveAll(work)
	if err := buildIn(work); err != nil {
		return suite{}, fmt.Errorf("build %s@%s: %w", suiteModule, suiteVersion, err)
	}
	// Whole or not at all: the next run takes a folder that is there for a built one.
	return s, os.Rename(work, dir)
}

func buildIn(work string) error {
	module, err := download(work)
	if err != nil {
		return err
	}
	source := filepath.Join(work, "source")
	if err := os.CopyFS(source, os.DirFS(module)); err != nil {
		return err
	}
	// What is left of a vendor folder in a module's zip is a list of it, which
	// the go command would take for the folder.
	err = errors.Join(os.RemoveAll(filepath.Join(source, "vendor")),
		goCommand(source, "build", "-trimpath", "-ldflags=-s -w", "-o", "../programs/", "./validation/..."),
		goCommand(source, "build", "-trimpath", "-ldflags=-s -w", "-o", "../runtimetest", "./cmd/runtimetest"))
	if err != nil {
		return err
	}
	rootfs := "rootfs-" + runtime.GOARCH + ".tar.gz"
	return errors.Join(os.Rename(filepath.Join(source, rootfs), filepath.Join(work, rootfs)), os.RemoveAll(source))
}

// download has the go command fetch the pinned module and check its sum, and
// returns its folder in the module cache.
func download(work string) (string, error) {
	dir := filepath.Join(work, "module")
	defer os.RemoveAll(dir)
	line := suiteModule + " " + suiteVersion
	err := errors.Join(os.Mkdir(dir, 0o755),
		os.WriteFile(filepath.Join(dir, "go.mod"), []byte("module conformance\n\nrequire "+line+"\n"), 0o644),
		os.WriteFile(filepath.Join(dir, "go.sum"), []byte(line+" "+suiteSum+"\n"+line+"/go.mod "+suiteModSum+"\n"), 0o644))
	if err != nil {
		return "", err
	}
	cmd := exec.Command("go", "mod", "download", "-json", suiteModule)
	cmd.Dir, cmd.Env = dir, goEnviron()
	out, err := cmd.Output()
	var answer struct{ Dir, Error string }
	if jsonErr := json.Unmarshal(out, &answer); jsonErr != nil || err != nil || answer.Error != "" {
		return "", fmt.Errorf("go mod download: %w %s", errors.Join(err, jsonErr), answer.Error)
	}
	return answer.Dir, nil
}

// goCommand runs the go command in a folder of the suite, as its own module.
func goCommand(dir string, words ...string) error {
	cmd := exec.Command("go", words...)
	cmd.Dir, cmd.Env = dir, goEnviron()
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("go %s: %w\n%s", words[0], err, out)
	}
	return nil
}

// goEnviron keeps settings for this module away from the suite's: static
// programs, its go.mod unchanged, no workspace.
func goEnviron() []string {
	return append(os.Environ(), "CGO_ENABLED=0", "GOFLAGS=-mod=readonly -buildvcs=false", "GOWORK=off")
}
