package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"isle/test/vm/boot/inside"
)

// TestMain is also what a guest starts with, were it booted by the tests' binary.
func TestMain(m *testing.M) {
	if inside.Called() {
		inside.Main()
	}
	if len(os.Args) > 1 && os.Args[1] == "vm" {
		os.Exit(vm(os.Args[2:]))
	}
	os.Exit(m.Run())
}

// needGuests skips a test that boots guests where none is wanted.
func needGuests(t *testing.T) {
	t.Helper()
	if os.Getenv("ISLE_TEST_VM") == "" {
		t.Skip("boots guests, and $ISLE_TEST_VM is not set (make test-vm sets it)")
	}
	if err := lacking(); err != nil {
		t.Fatal(err)
	}
}

// command is vm with arguments.
func command(arguments ...string) *exec.Cmd {
	cmd := exec.Command("/proc/self/exe", append([]string{"vm"}, arguments...)...)
	cmd.Env = append(os.Environ(), mark)
	return cmd
}

// result is what came of a command.
type result struct {
	status int
	out    string
	err    string
}

// guestRun runs vm run.
func guestRun(t *testing.T, arguments ...string) result {
	t.Helper()
	cmd := command(append([]string{"run"}, arguments...)...)
	var out, complaint bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &complaint
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return result{cmd.ProcessState.ExitCode(), out.String(), complaint.String()}
}

// mark is in the command line or the environment of every process that a guest
// of this test consists of.
var mark = fmt.Sprint("vm.test=", os.Getpid())

// remains lists what is left of this test's guests outside: processes, mounts in
// the cache, and files in its work folder.
func remains(t *testing.T) (found []string) {
	t.Helper()
	for _, pattern := range []string{"/proc/[0-9]*/cmdline", "/proc/[0-9]*/environ"} {
		files, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			if data, _ := os.ReadFile(file); bytes.Contains(data, []byte(mark)) {
				found = append(found, fmt.Sprintf("%s: %q", file, data))
			}
		}
	}
	mounts, err := os.ReadFile("/proc/self/mountinfo")
	if err != nil || bytes.Contains(mounts, []byte(folder())) {
		found = append(found, fmt.Sprintf("mounts: %s %v", mounts, err))
	}
	files, err := os.ReadDir(work())
	if err != nil || len(files) > 0 {
		found = append(found, fmt.Sprintf("files: %v %v", files, err))
	}
	return found
}

// eventually waits for a condition.
func eventually(t *testing.T, limit time.Duration, what string, holds func() bool) {
	t.Helper()
	for start := time.Now(); !holds(); time.Sleep(20 * time.Millisecond) {
		if time.Since(start) > limit {
			t.Fatalf("not within %v: %s", limit, what)
		}
	}
}
