package feature

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"syscall"
	"testing"
	"unsafe"

	"golang.org/x/sys/unix"
)

// found is a probe's answer as another process of this test tells it.
type found struct {
	No     bool
	Detail string
	Reason string
	Fix    []string
	Err    string // of could not tell
	Needed bool
}

func (f found) yes() bool { return !f.No && f.Err == "" }

const (
	roleVariable   = "ISLE_TEST_FEATURE"
	filterVariable = "ISLE_TEST_FEATURE_FILTER" // "1": have a seccomp filter refuse clone3 first
)

// TestMain lets the test run itself as a process in another situation, which
// then tells what it finds.
func TestMain(m *testing.M) {
	if os.Getenv(roleVariable) == "" {
		os.Exit(m.Run())
	}
	if os.Getenv(filterVariable) != "" {
		filterClone3()
	}
	answers := map[string]found{}
	for _, p := range All() {
		answers[p.Name] = look(p)
	}
	json.NewEncoder(os.Stdout).Encode(answers)
}

func look(p *Probe) found {
	detail, err := p.Ask()
	f := found{Detail: detail, Needed: p.Essential()}
	if missing, ok := errors.AsType[*NotSupportedError](err); ok {
		f.No, f.Reason, f.Fix = true, missing.Reason, missing.Fix
	} else if err != nil {
		f.Err = err.Error()
	}
	return f
}

func filterClone3() {
	runtime.LockOSThread()
	filter := []unix.SockFilter{
		{Code: unix.BPF_LD | unix.BPF_W | unix.BPF_ABS, K: 0},
		{Code: unix.BPF_JMP | unix.BPF_JEQ | unix.BPF_K, K: unix.SYS_CLONE3, Jf: 1},
		{Code: unix.BPF_RET | unix.BPF_K, K: unix.SECCOMP_RET_ERRNO | uint32(unix.EPERM)},
		{Code: unix.BPF_RET | unix.BPF_K, K: unix.SECCOMP_RET_ALLOW},
	}
	prog := unix.SockFprog{Len: uint16(len(filter)), Filter: &filter[0]}
	if err := unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); err != nil {
		panic(err)
	}
	if _, _, errno := syscall.Syscall(unix.SYS_SECCOMP, unix.SECCOMP_SET_MODE_FILTER, unix.SECCOMP_FILTER_FLAG_TSYNC, uintptr(unsafe.Pointer(&prog))); errno != 0 {
		panic(errno)
	}
}

// program is a copy of this test's executable that every user can reach.
func program(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "isle-feature-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	b, err := os.ReadFile("/proc/self/exe")
	path := filepath.Join(dir, "feature.test")
	if err = errors.Join(err, os.WriteFile(path, b, 0o755), os.Chmod(dir, 0o755)); err != nil {
		t.Fatal(err)
	}
	return path
}

// listen runs a command that ends in a process of this test, and returns what
// that finds.
func listen(t *testing.T, cmd *exec.Cmd) map[string]found {
	t.Helper()
	cmd.Env = append(cmd.Environ(), roleVariable+"=1")
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	var answers map[string]found
	if err == nil {
		err = json.Unmarshal(out, &answers)
	}
	if err != nil {
		t.Fatalf("%v: %v: %s", cmd, err, out)
	}
	return answers
}

// in runs this test after a shell script, inside what unshare makes of options.
// The script's $0 is this test's program.
func in(t *testing.T, script string, options ...string) map[string]found {
	t.Helper()
	args := append(options, "--", "sh", "-ec", script+"\n"+`exec "$0"`, program(t))
	return listen(t, exec.Command("unshare", args...))
}

// asUser is a command run as an ordinary user.
func asUser(t *testing.T, name string, args ...string) *exec.Cmd {
	t.Helper()
	cmd := exec.Command(name, args...)
	cmd.Dir = "/"
	if os.Geteuid() == 0 {
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
	}
	return cmd
}

// needRoot skips a test of what takes a real root.
func needRoot(t *testing.T) {
	t.Helper()
	if !capable(unix.CAP_SYS_ADMIN) || os.Geteuid() != 0 {
		t.Skip("needs root with CAP_SYS_ADMIN")
	}
}

// needUserNamespaces skips a test that works in a user namespace of its own.
func needUserNamespaces(t *testing.T) {
	t.Helper()
	if err := UserNamespaces.Err(); err != nil {
		t.Skip(err)
	}
}

func (f found) String() string {
	switch {
	case f.No:
		return fmt.Sprintf("no, %q, fix %q", f.Reason, f.Fix)
	case f.Err != "":
		return "could not tell: " + f.Err
	}
	return "yes, " + f.Detail
}
