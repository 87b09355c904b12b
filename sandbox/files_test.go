package sandbox_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"isle/sandbox"
)

// numbered are n open files, each of which holds its number.
func numbered(t *testing.T, n int) []*os.File {
	t.Helper()
	dir, files := t.TempDir(), make([]*os.File, n)
	for i := range files {
		path := filepath.Join(dir, fmt.Sprint(i))
		err := os.WriteFile(path, fmt.Append(nil, i, " "), 0o644)
		if err == nil {
			files[i], err = os.Open(path)
		}
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { files[i].Close() })
	}
	return files
}

// readAll prints the content of the program's descriptors from 3 to last, then
// the number of those that it has.
func readAll(last int) string {
	// Counted by the shell itself, which has the directory open meanwhile and nothing
	// else: of a pipe it may have an end still open when the other end's process looks.
	return fmt.Sprintf("for i in $(seq 3 %d); do cat /proc/self/fd/$i; done; set -- /proc/$$/fd/*; echo $(($# - 1))", last)
}

// TestExtraFiles gives so many that their new numbers are in use here already,
// by each other in another order and by isle's own descriptors.
func TestExtraFiles(t *testing.T) {
	checkLeaks(t)
	const n = 40
	want := ""
	for i := n - 1; i >= 0; i-- {
		want += fmt.Sprint(i, " ")
	}
	files := numbered(t, n)
	slices.Reverse(files)
	c := sandbox.Command("sh", "-c", readAll(n+2))
	c.ExtraFiles = files
	if out, err := c.Output(); string(out) != want+fmt.Sprintln(n+3) || err != nil {
		t.Errorf("%q, %v\nwant %q", out, err, want)
	}
	c = sandbox.Command("/no/such/program")
	c.ExtraFiles = files
	var step *sandbox.StepError
	if err := c.Run(); !errors.As(err, &step) || !step.Exec {
		t.Errorf("a failure beside many files: %v", err)
	}
}

// TestSharedFiles gives one file several times over.
func TestSharedFiles(t *testing.T) {
	checkLeaks(t)
	f, err := os.CreateTemp(t.TempDir(), "")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	c := sandbox.Command("sh", "-c", "echo 1; echo 2 >&2; echo 3 >&3; echo 4 >&4")
	c.Stdout, c.Stderr, c.ExtraFiles = f, f, []*os.File{f, f}
	if err := c.Run(); err != nil {
		t.Error(err)
	}
	if got, err := os.ReadFile(f.Name()); string(got) != "1\n2\n3\n4\n" || err != nil {
		t.Errorf("%q, %v", got, err)
	}
	if _, err := f.WriteString("mine\n"); err != nil {
		t.Errorf("the caller's file after Wait: %v", err)
	}
}

// TestClosedFiles gives files that are closed, or none at all.
func TestClosedFiles(t *testing.T) {
	checkLeaks(t)
	closed := numbered(t, 1)[0]
	closed.Close()
	var none *os.File
	for name, set := range map[string]func(c *sandbox.Cmd, f *os.File){
		"Stdin":         func(c *sandbox.Cmd, f *os.File) { c.Stdin = f },
		"Stdout":        func(c *sandbox.Cmd, f *os.File) { c.Stdout = f },
		"Stderr":        func(c *sandbox.Cmd, f *os.File) { c.Stderr = f },
		"ExtraFiles[0]": func(c *sandbox.Cmd, f *os.File) { c.ExtraFiles = []*os.File{f} },
	} {
		for _, f := range []*os.File{closed, none} {
			c := sandbox.Command("true")
			set(c, f)
			if err := c.Run(); !errors.Is(err, os.ErrClosed) || !strings.Contains(err.Error(), name) {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
}

func init() {
	roles["preserve"] = func() error { return preserve().Run() }
	roles["preserve in place"] = func() error { return preserve().Exec() }
	roles["low files"] = lowFiles
}

// preserve keeps many more descriptors than there are, so that isle's own would
// be among them if they were not moved.
func preserve() *sandbox.Cmd {
	inherited := 0
	for fd := range uintptr(63) {
		if flags, err := unix.FcntlInt(fd, unix.F_GETFD, 0); err == nil && flags&unix.FD_CLOEXEC == 0 {
			inherited++
		}
	}
	fmt.Println(inherited)
	c := sandbox.Command("sh", "-c", readAll(4))
	c.Stdout, c.Stderr, c.PreserveFDs = os.Stdout, os.Stderr, 60
	return c
}

func TestPreserveFDs(t *testing.T) {
	for _, role := range []string{"preserve", "preserve in place"} {
		cmd := again(t, role)
		cmd.ExtraFiles = numbered(t, 2)
		out, err := cmd.CombinedOutput()
		var before, after int
		if n, _ := fmt.Sscanf(string(out), "%d\n0 1 %d\n", &before, &after); n != 2 || before != after || before < 5 || err != nil {
			t.Errorf("%s: %q, %v", role, out, err)
		}
	}
}

// lowFiles runs a program with standard files that happen to have the numbers
// of other ones.
func lowFiles() error {
	out, err := unix.FcntlInt(1, unix.F_DUPFD_CLOEXEC, 10)
	if err != nil {
		return err
	}
	os.Stdin.Close()
	os.Stdout.Close()
	os.Stderr.Close()
	pipe, err := sandbox.Command("sh", "-c", "cat; echo a; echo b >&2").CombinedOutput()
	if err == nil {
		_, err = unix.Write(out, pipe)
	}
	if err != nil {
		return err
	}
	null, err := os.Open(os.DevNull) // descriptor 0
	if err != nil {
		return err
	}
	c := sandbox.Command("sh", "-c", "readlink /proc/$$/fd/1; echo c >&3")
	c.Stdin, c.Stdout, c.ExtraFiles = null, os.NewFile(uintptr(out), "out"), []*os.File{null}
	c.ExtraFiles[0] = c.Stdout.(*os.File)
	return c.Run()
}

func TestLowFiles(t *testing.T) {
	cmd := again(t, "low files")
	out, err := cmd.Output()
	lines := strings.Fields(string(out))
	if err != nil || len(lines) != 4 || lines[0] != "a" || lines[1] != "b" || lines[3] != "c" {
		t.Errorf("%q, %v", out, err)
	}
}
