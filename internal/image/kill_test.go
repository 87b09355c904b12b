package image

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"strconv"
	"testing"
	"time"

	"isle/internal/image/name"
	"isle/internal/image/store"
)

// The variables by which a test runs this program again: the store, the archive
// to load there, and the name to pull, until somebody ends it.
const (
	killedStore   = "ISLE_TEST_KILLED_STORE"
	killedArchive = "ISLE_TEST_KILLED_ARCHIVE"
	killedName    = "ISLE_TEST_KILLED_NAME"
)

func TestMain(m *testing.M) {
	if dir := os.Getenv(killedStore); dir != "" {
		fmt.Fprintln(os.Stderr, work(dir, os.Getenv(killedArchive), os.Getenv(killedName)))
		os.Exit(1)
	}
	os.Exit(m.Run())
}

// work loads, pulls and removes images for ever.
func work(dir, archive, pulled string) error {
	s, err := store.Open(dir)
	if err != nil {
		return err
	}
	l := &Library{Store: s}
	data, err := os.ReadFile(archive)
	if err != nil {
		return err
	}
	n, err := name.Parse(pulled)
	if err != nil {
		return err
	}
	fmt.Println("begin")
	for {
		if _, err := l.Load(ctx, bytes.NewReader(data), Here()); err != nil {
			return err
		}
		if _, err := l.Remove(ctx, "x", false); err != nil {
			return err
		}
		if _, err := l.Pull(ctx, client(), n, Here()); err != nil {
			return err
		}
		if _, err := l.Remove(ctx, pulled, false); err != nil {
			return err
		}
		if _, err := l.CollectAll(ctx); err != nil {
			return err
		}
	}
}

// TestKilled kills the work at random moments. What is listed is whole each
// time, the next process goes on without repair, and at the end nothing is left.
// $ISLE_KILLS says how many times, 20 unless it is set.
func TestKilled(t *testing.T) {
	times := 20
	if n, err := strconv.Atoi(os.Getenv("ISLE_KILLS")); err == nil {
		times = n
	}
	l := library(t)
	var big []entry
	for n := range 100 {
		big = append(big, file(fmt.Sprintf("d%d/f", n), fmt.Sprint(n)))
	}
	archive := sampleOf(t, "amd64", pack(t, big...), pack(t, file("d1/.wh.f", "")), pack(t, file("d2/g", "x"))).docker(t, "x")
	registry := serve(t)
	pushed(t, registry, "x", sampleOf(t, "amd64", pack(t, big[:50]...), pack(t, file("d1/g", "y"))).docker(t))
	path := t.TempDir() + "/archive.tar"
	if err := os.WriteFile(path, archive, 0o600); err != nil {
		t.Fatal(err)
	}
	start := time.Now()
	load(t, l, archive)
	whole := time.Since(start)
	for range times {
		killOnce(t, l, path, registry.host()+"/x", time.Duration(rand.Int64N(int64(3*whole))))
	}
	list, err := l.Images()
	if err != nil {
		t.Fatal(err)
	}
	for _, i := range list {
		if _, err := l.Remove(ctx, i.Digest, true); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := l.CollectAll(ctx); err != nil {
		t.Fatal(err)
	}
	if found := left(t, l); found != nil {
		t.Errorf("left: %v", found)
	}
}

func killOnce(t *testing.T, l *Library, archive, pulled string, after time.Duration) {
	t.Helper()
	cmd := exec.Command("/proc/self/exe")
	cmd.Env = append(os.Environ(), killedStore+"="+l.Path(), killedArchive+"="+archive, killedName+"="+pulled)
	var said bytes.Buffer
	cmd.Stderr = &said
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if _, err := out.Read(make([]byte, 16)); err != nil {
		t.Errorf("it did not begin: %v", err)
	}
	time.Sleep(after)
	if err := cmd.Process.Kill(); err != nil {
		t.Error(err)
	}
	_ = cmd.Wait()
	if said.Len() > 0 {
		t.Errorf("after a kill the next process says: %s", said.String())
	}
	whole(t, l)
}
