package run_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"isle/internal/feature"
	"isle/internal/idmap"
	"isle/test/programs"
)

// result is what became of a command.
type result struct {
	out, err string
	code     int
}

// command is isle run with arguments, in a home of its own.
func command(t *testing.T, args ...string) *exec.Cmd {
	t.Helper()
	if os.Geteuid() != 0 {
		if err := feature.UserNamespaces.Err(); err != nil {
			t.Skip(err)
		}
	}
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	t.Cleanup(cancel)
	cmd := exec.CommandContext(ctx, islePath, append([]string{"run"}, args...)...)
	cmd.WaitDelay = 5 * time.Second
	cmd.Env = append(os.Environ(), "HOME="+home(t), "XDG_CACHE_HOME=")
	return cmd
}

var homes = map[*testing.T]string{}

// home is a test's own home directory, emptied in whatever user namespace its
// files are from.
func home(t *testing.T) string {
	t.Helper()
	if homes[t] == "" {
		dir, err := os.MkdirTemp("", "isle-home-")
		if err != nil {
			t.Fatal(err)
		}
		homes[t] = dir
		t.Cleanup(func() { removeAll(t, dir) })
	}
	return homes[t]
}

// removeAll removes a directory that may hold files of subordinate users: as
// their root.
func removeAll(t *testing.T, dir string) {
	t.Helper()
	if os.RemoveAll(dir) == nil {
		return
	}
	run(t, "-v", dir+":"+dir, "-v", probePath+":"+probePath, probePath, "remove", dir)
	if err := os.RemoveAll(dir); err != nil {
		t.Errorf("clean up: %v", err)
	}
}

// run runs isle to its end.
func run(t *testing.T, args ...string) result {
	t.Helper()
	return finish(t, command(t, args...))
}

func finish(t *testing.T, cmd *exec.Cmd) result {
	t.Helper()
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	err := cmd.Run()
	var ended *exec.ExitError
	if err != nil && !errors.As(err, &ended) {
		t.Fatalf("%q: %v", cmd.Args[1:], err)
	}
	return result{out.String(), withoutNotes(errs.String()), cmd.ProcessState.ExitCode()}
}

// withoutNotes takes away what isle says about missing subordinate ids.
func withoutNotes(s string) string {
	var kept []string
	for _, line := range strings.SplitAfter(s, "\n") {
		if !strings.HasPrefix(line, "isle: note: ") {
			kept = append(kept, line)
		}
	}
	return strings.Join(kept, "")
}

// want runs isle and compares the status, and parts of the outputs: of the
// standard one for 0, of the other for 125 and above.
func want(t *testing.T, code int, part string, args ...string) result {
	t.Helper()
	r := run(t, args...)
	if text := r.out + r.err; r.code != code || !strings.Contains(text, part) {
		t.Errorf("isle run %q: status %d, want %d with %q\n%s", args, r.code, code, part, text)
	}
	return r
}

// newRoot makes a root directory with the probe and two users in it.
func newRoot(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(openDir(t), "root")
	for _, d := range []string{"bin", "etc", "tmp", "home/bob"} {
		if err := os.MkdirAll(filepath.Join(dir, d), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Link(probePath, filepath.Join(dir, "bin/probe")); err != nil {
		if err := programs.Copy(probePath, filepath.Join(dir, "bin/probe")); err != nil {
			t.Fatal(err)
		}
	}
	write(t, filepath.Join(dir, "etc/passwd"), "root:x:0:0::/root:/bin/probe\nbob:x:1000:1000::/home/bob:/bin/probe\n")
	write(t, filepath.Join(dir, "etc/group"), "root:x:0:\nbob:x:1000:\nwheel:x:10:bob\n")
	if err := os.Chmod(filepath.Join(dir, "tmp"), 0o1777); err != nil {
		t.Fatal(err)
	}
	return dir
}

// openDir is a temporary directory that other users may enter.
func openDir(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	if err := errors.Join(os.Chmod(filepath.Dir(dir), 0o755), os.Chmod(dir, 0o755)); err != nil {
		t.Fatal(err)
	}
	return dir
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func read(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// needSubids skips a test of other users than root where there are none.
func needSubids(t *testing.T) {
	t.Helper()
	if os.Geteuid() == 0 {
		return
	}
	if maps, err := idmap.Rootless(idmap.Local()); err != nil || maps.Missing != "" {
		t.Skip("subordinate ids: ", maps.Missing, err)
	}
}

func needRoot(t *testing.T) {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("user 0 is needed, this is user ", os.Geteuid())
	}
}

// needTool skips a test that compares with a tool that is not here.
func needTool(t *testing.T, name string) {
	t.Helper()
	if _, err := exec.LookPath(name); err != nil {
		t.Skip(err)
	}
}

// start starts isle and waits until the program inside has said "up".
func start(t *testing.T, args ...string) (cmd *exec.Cmd, in io.WriteCloser) {
	t.Helper()
	cmd = command(t, append([]string{"--die-with-parent"}, args...)...)
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { in.Close(); cmd.Process.Kill(); cmd.Wait() })
	word := make([]byte, 3)
	if _, err := io.ReadFull(out, word); err != nil || string(word) != "up\n" {
		t.Fatalf("isle run %q said %q: %v", args, word, err)
	}
	return cmd, in
}

func id(n int) string { return strconv.Itoa(n) }

// shell is what a line of shell says on the host.
func shell(t *testing.T, env []string, line string) string {
	t.Helper()
	cmd := exec.Command("sh", "-c", line)
	cmd.Env = env
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s: %v", line, err)
	}
	return strings.TrimSpace(string(out))
}
