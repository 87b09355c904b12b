package cli

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// unshare, nsenter and lsns are links to the built isle: the file that ISLE
// names, or one built now.
var unshare, nsenter, lsns string

// alone is a directory with isle in it and no such links, to stand in PATH
// where util-linux is to be what it is.
var alone string

func TestMain(m *testing.M) { os.Exit(prepared(m.Run)) }

func prepared(run func() int) int {
	dir, err := os.MkdirTemp("", "isle-cli-")
	if err == nil {
		defer os.RemoveAll(dir)
		unshare, nsenter = filepath.Join(dir, "unshare"), filepath.Join(dir, "nsenter")
		alone, lsns = filepath.Join(dir, "alone"), filepath.Join(dir, "lsns")
		err = errors.Join(os.Chmod(dir, 0o755), os.Mkdir(alone, 0o755), os.Symlink("../isle", filepath.Join(alone, "isle")),
			isle(filepath.Join(dir, "isle")), os.Symlink("isle", unshare), os.Symlink("isle", nsenter), os.Symlink("isle", lsns))
	}
	if err != nil {
		fmt.Println(err)
		return 1
	}
	return run()
}

func isle(path string) error {
	built := os.Getenv("ISLE")
	if built == "" {
		cmd := exec.Command("go", "build", "-o", path, "isle/cmd/isle")
		cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
		if out, err := cmd.CombinedOutput(); err != nil {
			return fmt.Errorf("go build: %w\n%s", err, out)
		}
		return nil
	}
	in, err := os.ReadFile(built)
	return errors.Join(err, os.WriteFile(path, in, 0o755), os.Chmod(path, 0o755))
}

// needRoot skips a test that only root can do.
func needRoot(t *testing.T) {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("changes to other users, which takes root")
	}
}

// needUserNamespaces skips a test where the user may make none, asking
// util-linux and not isle.
func needUserNamespaces(t *testing.T) {
	t.Helper()
	if out, err := exec.Command("unshare", "--user", "--map-root-user", "true").CombinedOutput(); err != nil {
		t.Skipf("no user namespaces for this user: %v: %s", err, out)
	}
}

// result is how a command ended.
type result struct {
	out, err string
	status   syscall.WaitStatus
}

func run(t *testing.T, stdin string, words ...string) result {
	t.Helper()
	cmd := exec.Command(words[0], words[1:]...)
	var out, errs strings.Builder
	cmd.Stdin, cmd.Stdout, cmd.Stderr = strings.NewReader(stdin), &out, &errs
	cmd.Run()
	if cmd.ProcessState == nil {
		t.Fatalf("%q did not start", words)
	}
	return result{out.String(), errs.String(), cmd.ProcessState.Sys().(syscall.WaitStatus)}
}

// started starts a command that prints a line when it is ready, and returns
// the line. At the end of the test the command is killed.
func started(t *testing.T, words ...string) (*exec.Cmd, string) {
	t.Helper()
	cmd := exec.Command(words[0], words[1:]...)
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { cmd.Process.Kill(); out.Close(); cmd.Wait() })
	var line []byte
	for b := make([]byte, 1); len(line) == 0 || line[len(line)-1] != '\n'; {
		if _, err := io.ReadFull(out, b); err != nil {
			t.Fatalf("%q ended early: %q, %v", words, line, err)
		}
		line = append(line, b[0])
	}
	return cmd, strings.TrimSpace(string(line))
}

// eventually waits until f says yes.
func eventually(t *testing.T, what string, f func() bool) {
	t.Helper()
	for range 300 {
		if f() {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Error("never: " + what)
}

// state is a process's state letter, empty if it is gone.
func state(pid string) string {
	text, err := os.ReadFile("/proc/" + pid + "/stat")
	if err != nil {
		return ""
	}
	_, rest, _ := strings.Cut(string(text), ") ")
	return rest[:1]
}
