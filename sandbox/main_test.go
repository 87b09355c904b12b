package sandbox_test

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"isle/internal/feature"
)

// roles are what this test does when it runs itself as another process.
var roles = map[string]func() error{}

const (
	roleVariable = "ISLE_TEST_SANDBOX"
	nobody       = 65534
)

func TestMain(m *testing.M) {
	if role, ok := roles[os.Getenv(roleVariable)]; ok {
		if err := role(); err != nil {
			fmt.Println("error:", err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	flag.Parse()
	if err := feature.UserNamespaces.Err(); err != nil {
		fmt.Println("the examples are left out:", err)
		flag.Set("test.skip", "^Example")
	}
	os.Exit(m.Run())
}

// needUserNamespaces skips a test that works in a user namespace of its own.
func needUserNamespaces(t *testing.T) {
	t.Helper()
	if err := feature.UserNamespaces.Err(); err != nil {
		t.Skip(err)
	}
}

// again is a command that runs this test's program in a role, at a path that
// every user can reach.
func again(t *testing.T, role string) *exec.Cmd {
	t.Helper()
	dir, err := os.MkdirTemp("", "isle-sandbox-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	path := filepath.Join(dir, "sandbox.test")
	from, err := os.Open("/proc/self/exe")
	if err != nil {
		t.Fatal(err)
	}
	defer from.Close()
	to, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY, 0o755)
	if err == nil {
		_, err = io.Copy(to, from)
		err = errors.Join(err, to.Close(), os.Chmod(dir, 0o755))
	}
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(path)
	cmd.Dir = "/"
	cmd.Env = append(os.Environ(), roleVariable+"="+role)
	return cmd
}

// TestAsNobody runs all tests and examples once more as an ordinary user.
func TestAsNobody(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("is an ordinary user's run already")
	}
	cmd := again(t, "")
	cmd.Args = append(cmd.Args, "-test.v")
	if testing.Short() {
		cmd.Args = append(cmd.Args, "-test.short")
	}
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
	out, err := cmd.CombinedOutput()
	if errors.Is(err, syscall.EPERM) {
		t.Skip("this process may not change its user: ", err)
	}
	passed := strings.Count(string(out), "\n--- PASS")
	if err != nil || passed < 15 {
		t.Errorf("%v; %d passed\n%s", err, passed, out)
	}
	for _, line := range strings.Split(string(out), "\n") {
		if strings.Contains(line, "--- SKIP") {
			t.Log(strings.TrimSpace(line))
		}
	}
}

// checkLeaks fails the test if it leaves a descriptor, goroutine or child.
func checkLeaks(t *testing.T) {
	t.Helper()
	if r, w, err := os.Pipe(); err == nil { // has Go open its poller, once
		r.Close()
		w.Close()
	}
	before := leaks{descriptors(t), runtime.NumGoroutine(), children(t)}
	t.Cleanup(func() {
		var now leaks
		for range 200 { // what has been told to end may take a moment
			now = leaks{descriptors(t), runtime.NumGoroutine(), children(t)}
			if now.fds == before.fds && now.goroutines <= before.goroutines && now.children == before.children {
				return
			}
			time.Sleep(10 * time.Millisecond)
		}
		t.Errorf("left behind: %+v, before %+v", now, before)
	})
}

type leaks struct {
	fds, goroutines int
	children        string
}

func descriptors(t *testing.T) int {
	t.Helper()
	entries, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Fatal(err)
	}
	return len(entries)
}

func children(t *testing.T) string {
	t.Helper()
	files, err := filepath.Glob("/proc/self/task/*/children")
	if err != nil {
		t.Fatal(err)
	}
	var all string
	for _, f := range files {
		b, _ := os.ReadFile(f) // of a thread that has ended
		all += string(b)
	}
	return all
}
