package bundle

import (
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

func write(t *testing.T, path, text string) string {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestRead(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "engine.json"), sound)
	if err := os.Symlink("engine.json", filepath.Join(dir, "config.json")); err != nil {
		t.Fatal(err)
	}
	spec, err := Read(dir)
	if err != nil || spec.Version != "1.3.0" || len(spec.Linux.Namespaces) != 6 {
		t.Errorf("%+v, %v", spec, err)
	}
	process, err := ReadProcess(write(t, filepath.Join(dir, "process.json"), `{"cwd": "/", "args": ["a"]}`))
	if err != nil || process.Cwd != "/" || len(process.Args) != 1 {
		t.Errorf("%+v, %v", process, err)
	}
	resources, err := ReadResources(write(t, filepath.Join(dir, "resources.json"), `{"pids": {"limit": 5}}`))
	if err != nil || *resources.Pids.Limit != 5 {
		t.Errorf("%+v, %v", resources, err)
	}
}

// TestReadRefuses wants an error that names the file, at once, whatever is there.
func TestReadRefuses(t *testing.T) {
	dir := t.TempDir()
	large := filepath.Join(dir, "large")
	if err := os.Truncate(write(t, large, ""), 16<<20+1); err != nil {
		t.Fatal(err)
	}
	if err := unix.Mkfifo(filepath.Join(dir, "pipe"), 0o600); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, "bad"), `{"process": {"cwd": 1}, "hostname": []}`)
	write(t, filepath.Join(dir, "broken"), `{`)
	for _, test := range []struct{ path, want string }{
		{"missing", "open " + dir + "/missing: no such file or directory"},
		{".", "read " + dir + ": not a regular file"},
		{"pipe", "read " + dir + "/pipe: not a regular file"},
		{"large", "read " + dir + "/large: 16777217 bytes are more than the 16777216 that a configuration may have"},
		{"bad", "read " + dir + "/bad:\n.process.cwd: want a string, found 1\n.hostname: want a string, found an array"},
		{"broken", "read " + dir + "/broken:\n.: line 1, column 2: want a string, found the end of the document"},
		{"../../../../../../dev/zero", "read /dev/zero: not a regular file"},
	} {
		path := filepath.Join(dir, test.path)
		if strings.HasSuffix(path, "/dev/zero") {
			path = "/dev/zero"
		}
		if _, err := ReadFile(path); err == nil || err.Error() != test.want {
			t.Errorf("%s:\n got %v\nwant %s", test.path, err, test.want)
		}
	}
	var problems Problems
	if _, err := ReadFile(filepath.Join(dir, "bad")); !errors.As(err, &problems) || len(problems) != 2 {
		t.Errorf("Problems in the error: %v", problems)
	}
	want := "open " + dir + "/config.json: no such file or directory (a bundle is a folder that holds a config.json)"
	if _, err := Read(dir); err == nil || err.Error() != want || !errors.Is(err, unix.ENOENT) {
		t.Errorf("Read:\n got %v\nwant %s", err, want)
	}
}

// TestReadAFileWithoutSize reads a file of procfs, whose size is told as 0.
func TestReadAFileWithoutSize(t *testing.T) {
	want := readTest(t, "/proc/version")
	if got, err := Load("/proc/version"); err != nil || string(got) != string(want) {
		t.Errorf("%q, %v", got, err)
	}
}

// TestReadStandardInput reads resources from a pipe.
func TestReadStandardInput(t *testing.T) {
	stdin := os.Stdin
	defer func() { os.Stdin = stdin }()
	for text, want := range map[string]string{
		`{"memory": {"limit": 7}}`: "",
		`{"memory": 7}`:            "read standard input:\n.memory: want an object, found 7",
		``:                         "read standard input:\n.: line 1, column 1: want a value, found the end of the document",
	} {
		r, w, err := os.Pipe()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.WriteString(text); err != nil {
			t.Fatal(err)
		}
		_ = w.Close()
		os.Stdin = r
		resources, err := ReadResources("-")
		_ = r.Close()
		if want == "" && (err != nil || *resources.Memory.Limit != 7) || want != "" && (err == nil || err.Error() != want) {
			t.Errorf("%s: %v", text, err)
		}
	}
}

func TestReadLeaksNoDescriptor(t *testing.T) {
	dir := t.TempDir()
	good := write(t, filepath.Join(dir, "good"), sound)
	bad := write(t, filepath.Join(dir, "bad"), `{`)
	before := descriptors(t)
	for range 20 {
		for _, path := range []string{good, bad, dir, filepath.Join(dir, "missing"), "/dev/null"} {
			_, _ = ReadFile(path)
		}
	}
	if after := descriptors(t); after != before {
		t.Errorf("%s before, %s after", before, after)
	}
}

// descriptors lists what is open.
func descriptors(t *testing.T) string {
	t.Helper()
	var open []string
	for fd := range 256 {
		if _, err := unix.FcntlInt(uintptr(fd), syscall.F_GETFD, 0); err == nil {
			open = append(open, strconv.Itoa(fd))
		}
	}
	return strings.Join(open, " ")
}
