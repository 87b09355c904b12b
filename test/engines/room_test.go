package engines

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"

	_ "embed"
)

const (
	// wanted asks for the tests.
	wanted = "ISLE_ENGINES"
	// inside names the folder of the programs, in the second run of this one.
	inside = "ISLE_ENGINES_INSIDE"
)

//go:embed room.sh
var room string

// runtime is the link to isle that engines are given, and image the archive that
// they load their one image from.
var runtime, image string

func TestMain(m *testing.M) {
	dir := os.Getenv(inside)
	switch {
	case os.Getenv(wanted) == "":
		os.Exit(m.Run())
	case os.Geteuid() != 0:
		os.Exit(fromOutside(m.Run))
	case dir == "":
		os.Exit(outside())
	}
	runtime, image = filepath.Join(dir, "isle-oci"), filepath.Join(dir, "image.tar")
	os.Exit(m.Run())
}

// outside makes the programs, and runs the tests in a room.
func outside() int {
	dir, err := os.MkdirTemp("", "isle-engines-")
	if err != nil {
		return complain(err)
	}
	defer os.RemoveAll(dir)
	self, err := os.Executable()
	script := filepath.Join(dir, "room.sh")
	err = errors.Join(err, makeIsle(dir), os.WriteFile(script, []byte(room), 0o644), makeImage(filepath.Join(dir, "image.tar")))
	if err != nil {
		return complain(err)
	}
	name := "isle-engines-" + strconv.Itoa(os.Getpid())
	cmd := exec.Command("sh", append([]string{script, name, self}, os.Args[1:]...)...)
	cmd.Env = append(os.Environ(), inside+"="+dir)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	if err := cmd.Run(); cmd.ProcessState == nil {
		return complain(err)
	}
	return cmd.ProcessState.ExitCode()
}

func complain(err error) int {
	fmt.Fprintln(os.Stderr, "engines:", err)
	return 1
}

// makeIsle puts isle into a folder: the file that ISLE names, or one built now.
func makeIsle(dir string) error {
	isle := os.Getenv("ISLE")
	if isle == "" {
		isle = filepath.Join(dir, "isle")
		build := exec.Command("go", "build", "-o", isle, "isle/cmd/isle")
		build.Env = append(os.Environ(), "CGO_ENABLED=0")
		if out, err := build.CombinedOutput(); err != nil {
			return fmt.Errorf("build isle: %w\n%s", err, out)
		}
	}
	path, err := filepath.Abs(isle)
	if err != nil {
		return err
	}
	return os.Symlink(path, filepath.Join(dir, "isle-oci"))
}

// need skips a test that was not asked for, or lacks a program.
func need(t *testing.T, programs ...string) {
	t.Helper()
	switch {
	case os.Getenv(wanted) == "":
		t.Skip("takes a minute and starts engines: `make engines` runs it")
	case os.Geteuid() != 0:
		t.Skip("only root makes the namespaces that the engines run in")
	}
	needPrograms(t, programs...)
}

func needPrograms(t *testing.T, programs ...string) {
	t.Helper()
	for _, name := range programs {
		if _, err := exec.LookPath(name); err != nil {
			t.Skipf("%s is not installed: %v", name, err)
		}
	}
}
