package checkpoint_test

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"isle/test/programs"
)

// The tests run the built isle: the file that ISLE names, or one built now.
// Inside of containers there is busybox.
var isle, ownDir string

// hidden names the variable that tells the second run of this program, in a
// mount namespace of its own, from the first.
const hidden = "ISLE_TEST_CHECKPOINT_HIDDEN"

func TestMain(m *testing.M) {
	if os.Geteuid() == 0 && os.Getenv(hidden) == "" {
		os.Exit(again())
	}
	os.Exit(prepared(m.Run))
}

// again runs the tests in a mount namespace of their own: nothing that they
// mount reaches the host, whatever becomes of them.
func again() int {
	cmd := exec.Command("/proc/self/exe", os.Args[1:]...)
	cmd.Args[0] = os.Args[0]
	cmd.Env = append(os.Environ(), hidden+"=1")
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	cmd.SysProcAttr = &syscall.SysProcAttr{Unshareflags: syscall.CLONE_NEWNS, Pdeathsig: syscall.SIGKILL}
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		fmt.Println(err)
		return 1
	}
	return cmd.ProcessState.ExitCode()
}

func prepared(run func() int) int {
	dir, err := os.MkdirTemp("", "isle-checkpoint-")
	if err == nil {
		defer os.RemoveAll(dir)
		ownDir, isle = dir, filepath.Join(dir, "isle")
		err = errors.Join(os.Chmod(dir, 0o755), programs.Isle(isle))
	}
	if err != nil {
		fmt.Println(err)
		return 1
	}
	return run()
}

// needs skips a test where criu, busybox or features of the kernel that criu
// probes are missing.
func needs(t *testing.T, features ...string) {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("needs to be root: this is user ", os.Geteuid())
	}
	for _, program := range []string{"criu", "busybox"} {
		if _, err := exec.LookPath(program); err != nil {
			t.Skip("needs a program: ", err)
		}
	}
	if out, err := exec.Command("criu", "check").CombinedOutput(); err != nil {
		t.Skipf("criu check: %v: %s", err, out)
	}
	for _, f := range features {
		out, err := exec.Command("criu", "check", "--feature", f).CombinedOutput()
		if err != nil || strings.Contains(string(out), "is OFF") {
			t.Skipf("criu check --feature %s: %v: %s", f, err, out)
		}
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
