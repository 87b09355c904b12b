package review

import (
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"isle/ns"
	"isle/sandbox"
)

// TestKinds: what is listed of each sort of change, and that it is on the host
// after being applied.
func TestKinds(t *testing.T) {
	files := map[string]string{"a": "old\n", "b": "old", "d/x": "1", "d/y": "22", "d/s/z": "333"}
	for _, test := range []struct {
		name, script string
		want         []string
		check        func(h *hostDir)
	}{
		{"nothing", ": >>a; mkdir t; rmdir t; echo x >t; rm t; cat a >/dev/null; mv a q; cp -p q a; rm q", []string{}, func(h *hostDir) { h.has("a", "old\n") }},
		{"content", "echo new >a", []string{"changed file a content"}, func(h *hostDir) { h.has("a", "new\n") }},
		{"mode", "chmod 600 a; chmod 700 d", []string{"changed file a mode", "changed directory d mode"}, func(h *hostDir) { h.mode("a", 0o600); h.mode("d", 0o700) }},
		{"time", "touch -d 2001-01-01 a", []string{"changed file a time"}, nil},
		{"attribute", "setfattr -n user.k -v v a; setfattr -n user.k -v v d", []string{"changed file a attributes", "changed directory d attributes"}, nil},
		{"created", "mkdir -p n/m; echo x >n/m/f; mkfifo n/p; ln -s nowhere n/l", []string{"created directory n", "created directory n/m", "created file n/m/f", "created pipe n/p", "created link n/l"}, func(h *hostDir) { h.has("n/m/f", "x\n") }},
		{"deleted", "rm a; rm -r d", []string{"deleted file a", "deleted directory d"}, func(h *hostDir) { h.no("a"); h.no("d") }},
		{"made anew", "rm -r d; mkdir d; echo 9 >d/new; echo 1 >d/y", []string{"created file d/new", "deleted file d/x", "deleted directory d/s", "changed file d/y content"}, func(h *hostDir) { h.no("d/x"); h.no("d/s"); h.has("d/y", "1\n") }},
		{"file to directory", "rm a; mkdir a; echo x >a/x", []string{"changed directory a type", "created file a/x"}, func(h *hostDir) { h.has("a/x", "x\n") }},
		{"directory to file", "rm -r d; echo x >d", []string{"changed file d type"}, func(h *hostDir) { h.has("d", "x\n") }},
		{"file to link", "rm a; ln -s b a", []string{"changed link a type"}, func(h *hostDir) { h.has("a", "old") }},
		{"directory renamed", "mv d e", []string{"deleted directory d", "created directory e", "created file e/x", "created file e/y", "created directory e/s", "created file e/s/z"}, func(h *hostDir) { h.has("e/s/z", "333") }},
		{"names of one file", "echo x >one; ln one two; ln one three", []string{"created file one", "created file two", "created file three"}, func(h *hostDir) { h.links("one", 3) }},
		{"holes", "truncate -s 4T sparse; printf end | dd of=sparse bs=1 seek=500000000000 conv=notrunc 2>/dev/null", []string{"created file sparse"}, func(h *hostDir) { h.sparse("sparse", 4<<40) }},
		{"holes for data", "s=$(stat -c %s a); truncate -s 0 a; truncate -s $s a", []string{"changed file a content"}, func(h *hostDir) { h.has("a", "\x00\x00\x00\x00") }},
		{"temporary name", "echo x >.isle-review-", []string{"created file .isle-review-"}, func(h *hostDir) { os.Remove(h.path(".isle-review-")) }},
	} {
		t.Run(test.name, func(t *testing.T) {
			if test.name == "attribute" && !exists("/usr/bin/setfattr") {
				t.Skip("setfattr is not installed")
			}
			h := host(t, files)
			r := h.run(test.script)
			h.want(r, test.want...)
			if failed := h.apply(r, Options{}); len(failed) > 0 {
				t.Errorf("not applied: %v", failed)
			}
			h.want(r)
			if test.check != nil {
				test.check(h)
			}
			h.clean()
		})
	}
}

func (h *hostDir) mode(name string, mode os.FileMode) {
	h.t.Helper()
	if info, err := os.Stat(h.path(name)); err != nil || info.Mode().Perm() != mode {
		h.t.Errorf("%s: mode %v, want %v (%v)", name, info.Mode(), mode, err)
	}
}

func (h *hostDir) links(name string, n int) {
	h.t.Helper()
	var st unix.Stat_t
	if err := unix.Lstat(h.path(name), &st); err != nil || int(st.Nlink) != n {
		h.t.Errorf("%s has %d names, want %d (%v)", name, st.Nlink, n, err)
	}
}

func (h *hostDir) sparse(name string, size int64) {
	h.t.Helper()
	var st unix.Stat_t
	if err := unix.Lstat(h.path(name), &st); err != nil || st.Size != size || st.Blocks*512 > size/10 {
		h.t.Errorf("%s: %d bytes in %d blocks, want %d and few (%v)", name, st.Size, st.Blocks, size, err)
	}
}

// TestSome: what is chosen is applied, with the directories that it needs, and
// the rest stays to be applied.
func TestSome(t *testing.T) {
	h := host(t, map[string]string{"a.c": "old", "b.c": "old", "b.h": "old"})
	r := h.run("echo new >a.c; echo new >b.c; rm b.h; mkdir -p d/e; echo x >d/e/x.c; echo x >d/y")
	all, err := r.Changes()
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct{ pattern, left string }{
		{"x.c", "a.c b.c b.h d/y"}, {h.path("b.*"), "a.c d/y"}, {h.path("d"), "a.c"}, {"*.c", ""},
	} {
		chosen, err := Selection(all, []string{test.pattern})
		if err != nil || len(chosen) == 0 {
			t.Fatalf("%s: %v, %v", test.pattern, chosen, err)
		}
		if _, err := r.Apply(all, chosen, Options{}); err != nil {
			t.Fatal(err)
		}
		if all, err = r.Changes(); err != nil {
			t.Fatal(err)
		}
		var left []string
		for _, c := range all {
			left = append(left, strings.TrimPrefix(c.Path, h.dir+"/"))
		}
		if got := strings.Join(left, " "); got != test.left {
			t.Errorf("after %s: %s left, want %s", test.pattern, got, test.left)
		}
	}
	if _, err := Selection(all, []string{"["}); err == nil {
		t.Error("[ is a pattern")
	}
}

// TestLastMoment: what the host changes after the last look at a file, and before
// the file leaves its place, is found and put back.
func TestLastMoment(t *testing.T) {
	h := host(t, map[string]string{"a": "old", "d/x": "old", "gone": "old"})
	r := h.run("echo new >a; rm -r d; echo new >d; rm gone")
	all, err := r.Changes()
	if err != nil {
		t.Fatal(err)
	}
	a := &applier{r: r, temporary: ".isle-review-" + r.ID}
	defer a.close()
	h.write("a", "host")
	h.write("d/y", "host")
	h.write("gone", "host")
	tried := 0
	for _, c := range all {
		if filepath.Dir(c.Path) != h.dir {
			continue
		}
		_, lower, err := a.parents(&Change{Path: c.Path, Kind: Deleted, Base: c.Base})
		if err != nil {
			t.Fatal(err)
		}
		move := a.takeOut
		if c.Kind != Deleted {
			h.write(a.temporary, "new")
			move = a.exchange
		}
		if err := move(c, lower, base(c)); err == nil || !strings.Contains(err.Error(), "on the host") {
			t.Errorf("%s: %v", c.Path, err)
		}
		os.Remove(h.path(a.temporary))
		unix.Close(lower)
		tried++
	}
	if tried != 3 {
		t.Errorf("%d were tried", tried)
	}
	h.has("a", "host")
	h.has("d/y", "host")
	h.has("gone", "host")
	h.clean()
}

// TestLeftOver: what an isle that was killed has left is removed, and no more.
func TestLeftOver(t *testing.T) {
	h := host(t, map[string]string{"d/x": "old", "e/x": "old"})
	r := h.run("echo new >d/x; echo new >e/x")
	h.list(r)
	h.write("d/.isle-review-"+r.ID, "half")
	h.write("e/.isle-review-"+r.ID+"/deep/file", "old")
	h.applied(r)
	h.has("d/x", "new\n")
}

// TestTreeWithStore: a directory that holds the reviews is not to go.
func TestTreeWithStore(t *testing.T) {
	h := host(t, map[string]string{"d/store/x": "x"})
	dir, err := unix.Open(h.dir, unix.O_RDONLY|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer unix.Close(dir)
	store, err := stampAt(dir, "d/store")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := leavesOf(dir, "d", store); err == nil || !strings.Contains(err.Error(), "keeps its reviews") {
		t.Errorf("%v", err)
	}
	if leaves, err := leavesOf(dir, "d", nil); err != nil || len(leaves) != 2 {
		t.Errorf("%v, %v", leaves, err)
	}
}

// TestKilled kills an isle while it applies: each file is old or new, and the
// rest can be applied afterwards.
func TestKilled(t *testing.T) {
	const files = 60
	old, now := strings.Repeat("old\n", 50_000), strings.Repeat("new\n", 60_000)
	start := map[string]string{"d/x": "1"}
	for i := range files {
		start["f"+strconv.Itoa(i)] = old
	}
	h := host(t, start)
	h.write("../new", now)
	defer os.Remove(h.path("../new"))
	r := h.run(`for f in f*; do cat ../new >$f; done; rm -r d; mkdir n; for i in $(seq 20); do cat ../new >n/$i; done`)
	h.list(r)
	r.Close()
	for range 5 {
		cmd := exec.Command("/proc/self/exe")
		cmd.Env = append(os.Environ(), "REVIEW_TEST_APPLY="+r.Dir)
		cmd.Stderr = os.Stderr
		before := h.count(old)
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		ended := make(chan struct{})
		go func() { cmd.Wait(); close(ended) }()
		for busy := true; busy && h.count(old) > before-8; { // in the midst of it
			select {
			case <-ended:
				busy = false
			case <-time.After(time.Millisecond):
			}
		}
		cmd.Process.Kill()
		<-ended
		h.whole(old, now)
	}
	again, err := h.store.Open(r.Name)
	if err != nil {
		t.Fatal(err)
	}
	*r = *again
	h.applied(r)
	if n := h.count(old); n > 0 {
		t.Errorf("%d files are old", n)
	}
	h.no("d")
	h.has("n/20", now)
}

// count is how many of the files are as they were.
func (h *hostDir) count(old string) int {
	n := 0
	found, _ := filepath.Glob(h.path("f*"))
	for _, f := range found {
		if info, err := os.Stat(f); err == nil && info.Size() == int64(len(old)) {
			n++
		}
	}
	return n
}

// whole checks that each file is wholly old or wholly new.
func (h *hostDir) whole(texts ...string) {
	h.t.Helper()
	found, _ := filepath.Glob(h.path("f*"))
	more, _ := filepath.Glob(h.path("n/*"))
	for _, f := range append(found, more...) {
		if data, err := os.ReadFile(f); err != nil || string(data) != texts[0] && string(data) != texts[1] {
			h.t.Errorf("%s is torn: %d bytes, %v", f, len(data), err)
		}
	}
}

func applyAll(dir string) {
	r, err := (&Store{filepath.Dir(dir)}).Open(filepath.Base(dir))
	if err == nil {
		var all []*Change
		if all, err = r.Changes(); err == nil {
			_, err = r.Apply(all, all, Options{})
		}
	}
	if err != nil {
		os.Stderr.WriteString(err.Error() + "\n")
		os.Exit(1)
	}
}

// TestNotOnAnOverlay: where no changes can be kept, that is said at once.
func TestNotOnAnOverlay(t *testing.T) {
	h := host(t, nil)
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := sandbox.Command(self)
	cmd.Env = append(os.Environ(), "REVIEW_TEST_STORE="+h.path("store"))
	cmd.New = ns.SetOf(ns.Mount, ns.User)
	cmd.Root = &sandbox.Root{Overlay: true}
	var out strings.Builder
	cmd.Stderr = &out
	if err := cmd.Run(); err == nil || !strings.Contains(out.String(), "ISLE_REVIEW_DIR") {
		t.Errorf("%v: %s", err, out.String())
	}
}
