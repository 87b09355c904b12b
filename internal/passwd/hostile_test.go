package passwd

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// TestLinksStayInside: what a root's files link to is looked for in the root.
func TestLinksStayInside(t *testing.T) {
	outside := filepath.Join(t.TempDir(), "passwd")
	if err := os.WriteFile(outside, []byte("stolen:x:0:0::/stolen:/bin/sh\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	up := strings.Repeat("../", 30)
	for _, target := range []string{outside, up + outside, "/proc/self/root" + outside} {
		dir := t.TempDir()
		if err := os.Mkdir(filepath.Join(dir, "etc"), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.Symlink(target, filepath.Join(dir, "etc/passwd")); err != nil {
			t.Fatal(err)
		}
		if u, err := Find(dir, "stolen"); err == nil {
			t.Errorf("a link to %s was followed out of the root: %+v", target, u)
		}
		if Exists(dir, "/etc/passwd") {
			t.Errorf("a link to %s exists inside", target)
		}
	}
}

// TestNotFiles: nothing but a file is opened, which a fifo would make wait for ever.
func TestNotFiles(t *testing.T) {
	for name, make := range map[string]func(string) error{
		"fifo":      func(p string) error { return unix.Mkfifo(p, 0o644) },
		"directory": func(p string) error { return os.Mkdir(p, 0o755) },
		"loop":      func(p string) error { return os.Symlink("passwd", p) },
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			if err := os.Mkdir(filepath.Join(dir, "etc"), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := make(filepath.Join(dir, "etc/passwd")); err != nil {
				t.Fatal(err)
			}
			done := time.AfterFunc(10*time.Second, func() { panic("waits") })
			defer done.Stop()
			if u, err := Find(dir, ""); err == nil {
				t.Errorf("it was read: %+v", u)
			}
		})
	}
}

// TestHugeFiles: what is read is bounded, in one line and in all.
func TestHugeFiles(t *testing.T) {
	for name, text := range map[string]string{
		"line": strings.Repeat("x", mostLine+1),
		"file": strings.Repeat("someone:x:5:5::/:\n", mostBytes/18+1),
	} {
		if u, err := Find(root(t, text, ""), "bob"); err == nil || strings.Contains(err.Error(), "is not in") {
			t.Errorf("%s: %+v, %v", name, u, err)
		}
	}
}
