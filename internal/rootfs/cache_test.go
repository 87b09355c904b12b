package rootfs

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// archiveFile writes an archive to a file of its own.
func archiveFile(t testing.TB, items ...item) string {
	t.Helper()
	p := filepath.Join(scratch(t), "root.tar")
	if err := os.WriteFile(p, pack(t, items...), 0o644); err != nil {
		t.Fatal(err)
	}
	return p
}

func cached(t testing.TB, p string, opts Options) *Root {
	t.Helper()
	r, err := Cached(ctx, p, opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Close() })
	return r
}

func TestCached(t *testing.T) {
	opts := Options{CacheDir: filepath.Join(scratch(t), "isle", "rootfs")}
	p := archiveFile(t, dir(".", 0o555), file("f", "one"))
	first := cached(t, p, opts)
	if first.Hit || first.Stats.Entries != 2 || read(t, filepath.Join(first.Dir, "f")) != "one" {
		t.Errorf("first: %+v", first)
	}
	start := time.Now()
	second := cached(t, p, opts)
	if !second.Hit || second.Dir != first.Dir {
		t.Errorf("second: %+v", second)
	}
	t.Logf("a hit takes %v", time.Since(start))
	if other := cached(t, p, Options{CacheDir: opts.CacheDir, Variant: "shifted"}); other.Dir == first.Dir {
		t.Error("two variants share a root")
	}
	if st := mustStat(t, opts.CacheDir); st.Mode&0o7777 != 0o700 {
		t.Errorf("cache is open to others: %o", st.Mode)
	}
}

// TestCachedChanges: a changed archive gives a new root, and the old one goes
// when nobody uses it.
func TestCachedChanges(t *testing.T) {
	opts := Options{CacheDir: scratch(t)}
	p := archiveFile(t, file("f", "one"), dir(".", 0o555))
	rewrite := func(body string) {
		// The same size and time, only written to.
		fi, _ := os.Stat(p)
		if err := os.WriteFile(p, pack(t, file("f", body), dir(".", 0o555)), 0o644); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(p, fi.ModTime(), fi.ModTime()); err != nil {
			t.Fatal(err)
		}
	}
	first := cached(t, p, opts)
	time.Sleep(20 * time.Millisecond)
	rewrite("two")
	second := cached(t, p, opts)
	if second.Hit || read(t, filepath.Join(second.Dir, "f")) != "two" {
		t.Error("the old contents")
	}
	if read(t, filepath.Join(first.Dir, "f")) != "one" {
		t.Error("a root in use was removed")
	}
	first.Close()
	second.Close()
	time.Sleep(20 * time.Millisecond)
	rewrite("six")
	third := cached(t, p, opts)
	if got := names(t, opts.CacheDir); len(got) != 2 || got[0] != filepath.Base(third.Dir) {
		t.Errorf("in the cache: %v", got)
	}
}

func names(t testing.TB, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, e := range entries {
		got = append(got, e.Name())
	}
	slices.Sort(got)
	return got
}

// TestCachedTogether: many calls at once unpack once.
func TestCachedTogether(t *testing.T) {
	opts := Options{CacheDir: scratch(t)}
	p := filepath.Join(scratch(t), "root.tar")
	if err := os.WriteFile(p, bulk(t, 500), 0o644); err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	var mu sync.Mutex
	made := 0
	for range 8 {
		wg.Go(func() {
			r, err := Cached(ctx, p, opts)
			if err != nil {
				t.Error(err)
				return
			}
			// Held to the end: those still waiting must not need it free.
			mu.Lock()
			defer mu.Unlock()
			t.Cleanup(func() { r.Close() })
			if !r.Hit {
				made++
			}
		})
	}
	wg.Wait()
	if made != 1 {
		t.Errorf("unpacked %d times", made)
	}
}

// TestCachedStale: what a killed process left is removed by the next.
func TestCachedStale(t *testing.T) {
	opts := Options{CacheDir: scratch(t)}
	p := archiveFile(t, file("f", "x"))
	for _, f := range []string{"dead.tmp/ro/f", "dead.lock", "half.lock"} {
		f = filepath.Join(opts.CacheDir, f)
		if err := os.MkdirAll(filepath.Dir(f), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(f, nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Chmod(filepath.Join(opts.CacheDir, "dead.tmp/ro"), 0o500); err != nil {
		t.Fatal(err)
	}
	r := cached(t, p, opts)
	if got := names(t, opts.CacheDir); len(got) != 2 {
		t.Errorf("in the cache: %v", got)
	}
	// A root made in another boot and never seen again may not be on disk.
	r.Close()
	if err := os.WriteFile(r.Dir+lockSuffix, []byte("another boot\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if cached(t, p, opts).Hit {
		t.Error("trusted a root of another boot")
	}
}

func TestCachedOrphan(t *testing.T) {
	opts := Options{CacheDir: scratch(t)}
	gone, held, there := archiveFile(t, file("f", "x")), archiveFile(t, file("f", "x")), archiveFile(t, file("f", "x"))
	cached(t, gone, opts).Close()
	keep := cached(t, held, opts)
	cached(t, there, opts).Close()
	for _, p := range []string{gone, held} {
		if err := os.Remove(p); err != nil {
			t.Fatal(err)
		}
	}
	cached(t, archiveFile(t, file("f", "x")), opts)
	mustStat(t, keep.Dir) // in use
	if got := names(t, opts.CacheDir); len(got) != 6 || !cached(t, there, opts).Hit {
		t.Errorf("in the cache: %v", got)
	}
}

func TestCachedSettles(t *testing.T) {
	opts := Options{CacheDir: scratch(t)}
	p := archiveFile(t, file("f", "x"))
	r := cached(t, p, opts)
	old := time.Now().Add(-2 * settleTime)
	if err := os.Chtimes(r.Dir+lockSuffix, old, old); err != nil {
		t.Fatal(err)
	}
	if !cached(t, p, opts).Hit || !strings.HasPrefix(read(t, r.Dir+lockSuffix), settledMark+"\n") || !cached(t, p, opts).Hit {
		t.Error("not marked as on disk")
	}
}

func TestCachedFails(t *testing.T) {
	opts := Options{CacheDir: scratch(t)}
	p := archiveFile(t, file("f", "x"), file("../g", ""))
	_, err := Cached(ctx, p, opts)
	wantErr(t, err, ErrEscape)
	if !strings.Contains(err.Error(), p) {
		t.Errorf("which archive? %v", err)
	}
	if got := names(t, opts.CacheDir); len(got) != 1 || !strings.HasSuffix(got[0], lockSuffix) {
		t.Errorf("in the cache: %v", got)
	}
	fifo := filepath.Join(scratch(t), "fifo")
	if err := unix.Mkfifo(fifo, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, p := range []string{fifo, "/dev/null", filepath.Dir(fifo), "/no/such/file"} {
		if _, err := Cached(ctx, p, opts); err == nil {
			t.Errorf("%s was unpacked", p)
		}
	}
}

func TestCachedChangesWhileRead(t *testing.T) {
	opts := Options{CacheDir: scratch(t)}
	p := archiveFile(t, file("f", strings.Repeat("x", 1<<20)))
	opts.Progress = func(done, total int64, entries int) {
		time.Sleep(10 * time.Millisecond)
		_ = os.Chmod(p, 0o600)
	}
	_, err := Cached(ctx, p, opts)
	wantErr(t, err, ErrChanged)
}

func TestCachedWaitEnds(t *testing.T) {
	opts := Options{CacheDir: scratch(t)}
	p := archiveFile(t, file("f", "x"))
	r := cached(t, p, opts)
	if err := unix.Flock(int(r.lock.Fd()), unix.LOCK_EX); err != nil {
		t.Fatal(err)
	}
	c, cancel := context.WithTimeout(ctx, 50*time.Millisecond)
	defer cancel()
	_, err := Cached(c, p, opts)
	wantErr(t, err, context.DeadlineExceeded)
}

func TestCacheDir(t *testing.T) {
	t.Setenv("XDG_CACHE_HOME", "/x")
	t.Setenv("HOME", "/h")
	want := []string{"/x/isle/rootfs", "/h/.cache/isle/rootfs"}
	if os.Geteuid() == 0 {
		want = []string{"/var/cache/isle/rootfs", "/var/cache/isle/rootfs"}
	}
	for i, xdg := range []string{"/x", "relative"} {
		t.Setenv("XDG_CACHE_HOME", xdg)
		if got, err := CacheDir(); err != nil || got != want[i] {
			t.Errorf("%q: %s %v", xdg, got, err)
		}
	}
	t.Setenv("HOME", "")
	if _, err := CacheDir(); (err != nil) != (os.Geteuid() != 0) {
		t.Errorf("without HOME: %v", err)
	}
}

func TestRemove(t *testing.T) {
	area := scratch(t)
	p := archiveFile(t, depthByLinks()[:4]...)
	f, err := os.Open(p)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := UnpackTo(ctx, f, filepath.Join(area, "deep"), Options{}); err != nil {
		t.Fatal(err)
	}
	var old unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_NOFILE, &old); err != nil {
		t.Fatal(err)
	}
	few := unix.Rlimit{Cur: 128, Max: old.Max}
	if err := unix.Setrlimit(unix.RLIMIT_NOFILE, &few); err != nil {
		t.Fatal(err)
	}
	defer unix.Setrlimit(unix.RLIMIT_NOFILE, &old)
	for range 2 { // the second time there is nothing
		if err := Remove(filepath.Join(area, "deep")); err != nil {
			t.Fatal(err)
		}
	}
	if err := Remove("/no/such/directory/x"); err != nil {
		t.Error(err)
	}
	nothingIn(t, area)
	var perr *os.PathError
	if _, err := os.Lstat(filepath.Join(area, "deep")); !errors.As(err, &perr) {
		t.Error("still there")
	}
}
