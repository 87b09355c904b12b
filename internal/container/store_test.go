package container

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

func TestCheckID(t *testing.T) {
	for _, id := range []string{"a", "0", "A.b_c+d-e", "-x", strings.Repeat("x", 1024)} {
		if err := checkID(id); err != nil {
			t.Errorf("%q: %v", id, err)
		}
	}
	for _, id := range []string{"", ".", "..", "a/b", "../a", "a b", "a\n", "ä", "a\x00", strings.Repeat("x", 1025)} {
		if checkID(id) == nil {
			t.Errorf("%q is taken for an id", id)
		}
	}
}

func TestDirectory(t *testing.T) {
	s := Store{filepath.Join(t.TempDir(), "deep", "store")}
	d, err := s.make("box")
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	if _, err := s.make("box"); err == nil || !strings.Contains(err.Error(), "exists") {
		t.Errorf("made twice: %v", err)
	}
	for _, text := range [][]byte{[]byte("one"), bytes.Repeat([]byte("x"), 1<<20), nil} {
		if err := d.write(stateFile, text); err != nil {
			t.Fatal(err)
		}
		if got, err := d.read(stateFile); err != nil || !bytes.Equal(got, text) {
			t.Errorf("%d bytes were written, and %d read: %v", len(text), len(got), err)
		}
	}
	if err := os.Remove(filepath.Join(d.path, stateFile)); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("/etc/passwd", filepath.Join(d.path, stateFile)); err != nil {
		t.Fatal(err)
	}
	if _, err := d.read(stateFile); !errors.Is(err, unix.ELOOP) {
		t.Errorf("a link was followed: %v", err)
	}
	if err := d.remove(); err != nil {
		t.Fatal(err)
	}
	if !d.gone() {
		t.Error("the directory is still there")
	}
	if _, err := s.Open("box"); !errors.Is(err, ErrNoContainer) {
		t.Errorf("%v, want %v", err, ErrNoContainer)
	}
}

// A folder without a state is what a killed create leaves.
func TestUnfinished(t *testing.T) {
	s := Store{t.TempDir()}
	d, err := s.make("half")
	if err != nil {
		t.Fatal(err)
	}
	d.Close()
	o := &Options{}
	if err := s.Delete("half", false, o); err == nil || !strings.Contains(err.Error(), "--force") {
		t.Errorf("delete: %v", err)
	}
	if err := s.Delete("half", true, o); err != nil {
		t.Errorf("delete --force: %v", err)
	}
	if err := s.Delete("half", true, o); err != nil {
		t.Errorf("delete --force of nothing: %v", err)
	}
	if ids, err := s.IDs(); err != nil || len(ids) > 0 {
		t.Errorf("left: %q %v", ids, err)
	}
}

func TestPidFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "pid")
	if err := os.Symlink("elsewhere", path); err != nil {
		t.Fatal(err)
	}
	if err := writePid(path, 4321); err != nil {
		t.Fatal(err)
	}
	if text, err := os.ReadFile(path); string(text) != "4321" || err != nil {
		t.Errorf("%q %v", text, err)
	}
	if info, err := os.Lstat(path); err != nil || !info.Mode().IsRegular() {
		t.Errorf("the link was followed: %v %v", info, err)
	}
}
