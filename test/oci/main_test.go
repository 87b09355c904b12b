package oci_test

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"

	"isle/test/programs"
)

// The tests run the built isle: the file that ISLE names, or one built now.
// Inside, containers run busybox and probe, which is this test's own program in
// other clothes.
var isle, ownDir, example string

// hidden names the variable that tells the second run of this program, in a
// mount namespace of its own, from the first.
const hidden = "ISLE_TEST_OCI_HIDDEN"

// The first thread stands for the whole process in /proc, and it cannot end: no
// test that gives its thread a namespace of its own is to run on it.
func init() { runtime.LockOSThread() }

func TestMain(m *testing.M) {
	if name := filepath.Base(os.Args[0]); name == "probe" {
		os.Exit(probe(os.Args[1:]))
	}
	if os.Geteuid() == 0 && os.Getenv(hidden) == "" {
		os.Exit(again())
	}
	flag.Parse()
	if f := flag.Lookup("test.parallel"); f.Value.String() == f.DefValue {
		f.Value.Set(strconv.Itoa(atOnce))
	}
	os.Exit(prepared(m.Run))
}

// atOnce is how many tests run at the same time, if nothing else is said: they wait
// for the kernel more than they compute.
const atOnce = 8

// again runs the tests in a mount namespace of their own: nothing that they
// mount reaches the host, whatever becomes of them. This process waits for those
// that lose their parent: a container's first process does not end before all of
// its namespace have been waited for, and the host's init may take seconds to.
func again() int {
	cmd := exec.Command("/proc/self/exe", os.Args[1:]...)
	cmd.Args[0] = os.Args[0]
	cmd.Env = append(os.Environ(), hidden+"=1")
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	cmd.SysProcAttr = &syscall.SysProcAttr{Unshareflags: syscall.CLONE_NEWNS, Pdeathsig: syscall.SIGKILL}
	err := unix.Prctl(unix.PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
	if err == nil {
		err = cmd.Start()
	}
	for err == nil {
		var status syscall.WaitStatus
		var pid int
		if pid, err = syscall.Wait4(-1, &status, 0, nil); err == syscall.EINTR {
			err = nil
		} else if pid == cmd.Process.Pid {
			return exitCode(status)
		}
	}
	fmt.Println(err)
	return 1
}

// prepared makes the programs, at paths that every user can reach.
func prepared(run func() int) int {
	dir, err := os.MkdirTemp("", "isle-oci-")
	if err == nil {
		defer os.RemoveAll(dir)
		ownDir, isle = dir, filepath.Join(dir, "isle")
		err = errors.Join(os.Chmod(dir, 0o755), programs.Isle(isle), programs.Self(filepath.Join(dir, "probe")), programs.Busybox(filepath.Join(dir, "busybox")))
	}
	if err == nil {
		example, err = makeExample(dir)
	}
	if err != nil {
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
	return string(text), err
}
