package run_test

import (
	"os"
	"path/filepath"
	"testing"
)

// TestKeep: the second run sees what the first has written and removed, and
// the root itself does not change.
func TestKeep(t *testing.T) {
	root := newRoot(t)
	for name, rootfs := range map[string]string{"directory": root, "archive": archive(t, root)} {
		t.Run(name, func(t *testing.T) {
			keep := filepath.Join(t.TempDir(), "not", "there", "yet")
			t.Cleanup(func() { removeAll(t, keep) })
			args := func(words ...string) []string {
				return append([]string{"--rootfs", rootfs, "--keep", keep, "/bin/probe"}, words...)
			}
			want(t, 0, "", args("write", "/tmp/kept", "kept\n", ",", "mkdir", "/d", ",", "write", "/etc/passwd", "changed\n")...)
			want(t, 0, "kept\nchanged\nmode 4", args("cat", "/tmp/kept", "/etc/passwd", ",", "stat", "/d")...)
			want(t, 0, "d\n", args("ls", "/")...)
			if _, err := os.Stat(filepath.Join(root, "d")); err == nil {
				t.Error("the root itself was written to")
			}
			want(t, 1, "no such file", "--rootfs", rootfs, "/bin/probe", "stat", "/d")
		})
	}
}

// TestKeepOfHost: the host's files, changed in an overlay that is kept.
func TestKeepOfHost(t *testing.T) {
	keep := t.TempDir()
	t.Cleanup(func() { removeAll(t, keep) })
	canary := filepath.Join(t.TempDir(), "canary")
	write(t, canary, "host\n")
	want(t, 0, "", "--keep", keep, "sh", "-c", "echo island >"+canary)
	want(t, 0, "island\n", "--keep", keep, "cat", canary)
	want(t, 0, "host\n", "cat", canary)
	if got := read(t, canary); got != "host\n" {
		t.Errorf("the host has %q", got)
	}
}

func TestKeepRefuses(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	write(t, file, "")
	for _, dir := range []string{file, file + "/x", "/proc/nothing"} {
		want(t, 125, "isle: mkdir ", "--rootfs", newRoot(t), "--keep", dir, "true")
	}
}
