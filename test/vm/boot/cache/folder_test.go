package cache

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
)

// TestMain lets a test have a process that dies while it makes a part.
func TestMain(m *testing.M) {
	dir := os.Getenv("DIE_MAKING_IN")
	if dir == "" {
		os.Exit(m.Run())
	}
	f, err := Open(dir, dir, func(string) {})
	if err == nil {
		_, err = f.part("thing", "a", func(dir string) error {
			if err := write(dir, "half"); err != nil {
				return err
			}
			return syscall.Kill(os.Getpid(), syscall.SIGKILL)
		})
	}
	panic(err)
}

func write(dir, text string) error {
	return os.WriteFile(filepath.Join(dir, "file"), []byte(text), 0o644)
}

func opened(t *testing.T) *Folder {
	t.Helper()
	dir := t.TempDir()
	f, err := Open(dir, dir, func(string) {})
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// want checks that the part is made, as fill has it, or is as text has it.
func want(t *testing.T, f *Folder, recipe, text string, fill func(string) error) {
	t.Helper()
	dir, err := f.part("thing", recipe, fill)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := os.ReadFile(filepath.Join(dir, "file")); string(got) != text {
		t.Errorf("the part has %q, want %q: %v", got, text, err)
	}
}

func refuse(string) error { return errors.New("it is made again") }

// TestKilled: what a process that was killed left is never taken for the part.
func TestKilled(t *testing.T) {
	f := opened(t)
	child := exec.Command(os.Args[0])
	child.Env = append(os.Environ(), "DIE_MAKING_IN="+f.path)
	if err := child.Run(); err == nil || !strings.Contains(err.Error(), "killed") {
		t.Fatalf("the child: %v", err)
	}
	if left, _ := filepath.Glob(f.path + "/*/file"); len(left) != 1 {
		t.Fatalf("the child left %q", left)
	}
	if _, err := os.Stat(filepath.Join(f.path, "thing")); err == nil {
		t.Fatal("half of a part has its name")
	}
	want(t, f, "a", "whole", func(dir string) error {
		if _, err := os.Stat(filepath.Join(dir, "file")); err == nil {
			t.Error("the half is still there")
		}
		return write(dir, "whole")
	})
	want(t, f, "a", "whole", refuse)
}

// TestRecipe: a part of another recipe is made anew, and stays if that fails.
func TestRecipe(t *testing.T) {
	f := opened(t)
	want(t, f, "a", "first", func(dir string) error { return write(dir, "first") })
	if _, err := f.part("thing", "b", refuse); err == nil {
		t.Error("a part of another recipe is taken")
	}
	want(t, f, "a", "first", refuse)
	want(t, f, "b", "second", func(dir string) error { return write(dir, "second") })
	if left, _ := filepath.Glob(f.path + "/*.making"); left != nil {
		t.Errorf("left behind: %q", left)
	}
}

// TestAtOnce: of many that want a part, one makes it.
func TestAtOnce(t *testing.T) {
	f := opened(t)
	var all sync.WaitGroup
	made := make(chan int, 20)
	for range cap(made) {
		all.Go(func() {
			_, err := f.part("thing", "a", func(dir string) error {
				made <- 1
				return write(dir, "whole")
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if len(made) != 1 {
		t.Errorf("it was made %d times", len(made))
	}
}
