package resolve

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// TestBesideRenames opens a path with ".." in it while another thread does
// nothing but rename, which makes single attempts fail with EAGAIN.
func TestBesideRenames(t *testing.T) {
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "a"), 0o755); err != nil {
		t.Fatal(err)
	}
	root, err := unix.Open(dir, unix.O_PATH|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer unix.Close(root)
	stop, ended := make(chan struct{}), make(chan struct{})
	defer func() { close(stop); <-ended }()
	go func() {
		defer close(ended)
		one, other := filepath.Join(t.TempDir(), "one"), filepath.Join(dir, "other")
		os.Mkdir(one, 0o755)
		for {
			select {
			case <-stop:
				return
			default:
				os.Rename(one, other)
				os.Rename(other, one)
			}
		}
	}()
	name, refused := strings.Repeat("a/../", 4)+"a", 0
	how := unix.OpenHow{Flags: unix.O_PATH | unix.O_CLOEXEC, Resolve: unix.RESOLVE_IN_ROOT}
	for range 2000 {
		if fd, err := unix.Openat2(root, name, &how); err == nil {
			unix.Close(fd)
		} else if err == unix.EAGAIN {
			refused++
		}
		fd, err := Open(root, name, unix.O_PATH, unix.RESOLVE_IN_ROOT)
		if err != nil {
			t.Fatalf("open beside renames: %v", err)
		}
		unix.Close(fd)
	}
	t.Logf("the kernel refused %d of 2000 single attempts", refused)
}

func TestStaysInside(t *testing.T) {
	dir := t.TempDir()
	if err := os.Symlink("/", filepath.Join(dir, "out")); err != nil {
		t.Fatal(err)
	}
	root, err := unix.Open(dir, unix.O_PATH|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer unix.Close(root)
	if fd, err := Open(root, "out/proc", unix.O_PATH, unix.RESOLVE_IN_ROOT); err != unix.ENOENT {
		t.Errorf("out/proc: descriptor %d, %v, want ENOENT", fd, err)
	}
	if fd, err := Open(root, "out", unix.O_PATH, unix.RESOLVE_BENEATH); err != unix.EXDEV {
		t.Errorf("out: descriptor %d, %v, want EXDEV", fd, err)
	}
}
