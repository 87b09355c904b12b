package attacks

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"

	specs "github.com/opencontainers/runtime-spec/specs-go"

	"isle/test/programs"
)

// The tests run the built isle: the file that ISLE names, or one built now.
// This test's own program is also the naive runtime and the hostile program in
// containers, told apart by the name that it is executed by.
var isle, naive, hostile, ownDir, example string

// hidden names the variable that tells the second run of this program, in
// namespaces of its own, from the first.
const hidden = "ISLE_TEST_ATTACKS_HIDDEN"

func TestMain(m *testing.M) {
	switch filepath.Base(os.Args[0]) {
	case "naive":
		os.Exit(naiveMain(os.Args[1:]))
	case "hostile":
		os.Exit(hostileMain(os.Args[1:]))
	case "exe":
		fmt.Println("the runtime was executed by the container")
		os.Exit(0)
	}
	if os.Geteuid() == 0 && os.Getenv(hidden) == "" {
		os.Exit(again())
	}
	os.Exit(prepared(m.Run))
}

// again runs the tests in a mount and a PID namespace of their own: nothing
// that they mount or start outlives them, whatever becomes of them.
func again() int {
	cmd := exec.Command("/proc/self/exe", os.Args[1:]...)
	cmd.Args[0] = os.Args[0]
	cmd.Env = append(os.Environ(), hidden+"=1")
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	cmd.SysProcAttr = &syscall.SysProcAttr{Unshareflags: syscall.CLONE_NEWNS, Cloneflags: syscall.CLONE_NEWPID, Pdeathsig: syscall.SIGKILL}
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		fmt.Println(err)
		return 1
	}
	return cmd.ProcessState.ExitCode()
}

// prepared makes the programs, at paths that every user can reach.
func prepared(run func() int) int {
	if os.Getenv(hidden) != "" {
		if err := syscall.Mount("proc", "/proc", "proc", 0, ""); err != nil {
			fmt.Println("mount proc on /proc:", err)
			return 1
		}
	}
	dir, err := os.MkdirTemp("", "isle-attacks-")
	if err == nil {
		defer os.RemoveAll(dir)
		ownDir, isle, naive, hostile = dir, filepath.Join(dir, "isle"), filepath.Join(dir, "naive"), filepath.Join(dir, "hostile")
		err = errors.Join(os.Chmod(dir, 0o755), programs.Isle(isle), programs.Self(hostile), programs.Busybox(filepath.Join(dir, "busybox")))
	}
	if err == nil {
		err = programs.Copy(hostile, naive)
	}
	if err == nil {
		example, err = makeExample(dir)
	}
	if err != nil {
		fmt.Println(err)
		return 1
	}
	// Those that are parallel wait for deadlines, all for the same ten seconds.
	flag.Parse()
	if err := flag.Set("test.parallel", "32"); err != nil {
		fmt.Println(err)
		return 1
	}
	return run()
}

// makeExample has isle write the configuration that all bundles start from.
func makeExample(dir string) (string, error) {
	if out, err := exec.Command(isle, "oci", "spec", "--bundle", dir).CombinedOutput(); err != nil {
		return "", fmt.Errorf("isle oci spec: %w: %s", err, out)
	}
	text, err := os.ReadFile(filepath.Join(dir, "config.json"))
	if err == nil {
		err = json.Unmarshal(text, &specs.Spec{})
	}
	return string(text), err
}
