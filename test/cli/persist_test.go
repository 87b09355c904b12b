package cli

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// TestPersist binds each kind of namespace onto a file and enters it again.
func TestPersist(t *testing.T) {
	needRoot(t)
	for _, kind := range []string{"net", "uts", "ipc", "cgroup", "user", "time", "mount", "pid"} {
		t.Run(kind, func(t *testing.T) {
			dir := privateMount(t)
			file := filepath.Join(dir, kind)
			if err := os.WriteFile(file, nil, 0o644); err != nil {
				t.Fatal(err)
			}
			link := map[string]string{"mount": "mnt"}[kind]
			if link == "" {
				link = kind
			}
			words := []string{unshare, "--" + kind + "=" + file}
			if kind == "pid" {
				words = append(words, "--fork")
			}
			made := run(t, "", append(words, "readlink", "/proc/self/ns/"+link)...)
			if made.status != 0 {
				t.Fatalf("got %+v", made)
			}
			defer syscall.Unmount(file, syscall.MNT_DETACH)
			if kind == "pid" {
				return // its first process has ended, and nobody can enter it any more
			}
			entered := run(t, "", nsenter, "--preserve-credentials", "--"+kind+"="+file, "readlink", "/proc/self/ns/"+link)
			if entered.out != made.out || !strings.Contains(made.out, ":[") {
				t.Errorf("made %+v, entered %+v", made, entered)
			}
		})
	}
}

// privateMount is a directory whose mounts are not shared with others, as
// binding a mount namespace needs.
func privateMount(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	if err := syscall.Mount("isle-test", dir, "tmpfs", 0, ""); err != nil {
		t.Skip("a tmpfs cannot be mounted: ", err)
	}
	t.Cleanup(func() { syscall.Unmount(dir, syscall.MNT_DETACH) })
	if err := syscall.Mount("", dir, "", syscall.MS_PRIVATE, ""); err != nil {
		t.Fatal(err)
	}
	return dir
}
