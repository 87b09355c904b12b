package rootfs

import (
	"archive/tar"
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"testing/iotest"
	"time"

	"golang.org/x/sys/unix"
)

// TestUnpackReplaces: of entries with the same name the last one wins, whatever
// the kinds are, and nothing else is changed by that.
func TestUnpackReplaces(t *testing.T) {
	kinds := map[string]item{
		"file":    file("n", "new"),
		"dir":     dir("n", 0o750),
		"link":    symlink("n", "other"),
		"dangler": symlink("n", "nowhere"),
		"hard":    hardlink("n", "other"),
		"fifo":    node("n", tar.TypeFifo, 0, 0),
	}
	for first, a := range kinds {
		for second, b := range kinds {
			t.Run(first+" by "+second, func(t *testing.T) {
				want, _ := unpacked(t, pack(t, file("other", "other"), b), Options{})
				got, _ := unpacked(t, pack(t, file("other", "other"), a, b), Options{})
				w, g := tree(t, want), tree(t, got)
				delete(w, ".")
				delete(g, ".")
				same(t, g, w)
			})
		}
	}
}

func TestUnpackReplacesTree(t *testing.T) {
	root, _ := unpacked(t, pack(t, dir("a", 0o555), file("a/b/c", ""), file("a/d", ""), file("a", "file"),
		file("a", "file2"), file("a/x", "in a directory again")), Options{})
	if got := read(t, filepath.Join(root, "a/x")); got != "in a directory again" {
		t.Error(got)
	}
	// The mode of the first a must not come back to the implicit second one.
	if st := mustStat(t, filepath.Join(root, "a")); st.Mode != unix.S_IFDIR|0o755 {
		t.Errorf("mode of a is %o", st.Mode)
	}
}

func TestUnpackModesAndTimes(t *testing.T) {
	root, stats := unpacked(t, pack(t,
		dir("./", 0o555), dir("ro", 0o555), file("ro/a", "1"), dir("none", 0), file("none/b", "2"),
		dir("none/deeper", 0o100), file("none/deeper/c", "3"), dir("tmp", 0o1777), dir("sgid", 0o2775), file("sgid/f", ""),
		file("su", "4").with(func(h *tar.Header) { h.Mode = 0o6755 }),
		file("secret", "5").with(func(h *tar.Header) { h.Mode = 0 }),
		file("implicit/f", "6"), symlink("l", "/etc"), hardlink("su2", "su")), Options{})
	want := map[string]uint32{
		"": 0o40555, "ro": 0o40555, "none": 0o40000, "tmp": 0o41777, "sgid": 0o42775, "sgid/f": 0o100644,
		"su": 0o106755, "su2": 0o106755, "secret": 0o100000, "implicit": 0o40755, "l": 0o120777, "ro/a": 0o100644,
	}
	if os.Geteuid() != 0 {
		// The archive's owner is the caller, but recorded as not user 0.
		want["su"], want["su2"] = 0o100755, 0o100755
	}
	for p, mode := range want {
		st := mustStat(t, filepath.Join(root, p))
		if st.Mode != mode {
			t.Errorf("mode of %q is %o, want %o", p, st.Mode, mode)
		}
		if p != "implicit" && st.Mtim != timespec(then) {
			t.Errorf("time of %q is %v", p, st.Mtim)
		}
	}
	if stats.Entries != 16 || stats.Bytes != 6 {
		t.Errorf("stats: %+v", stats)
	}
}

func TestUnpackLinkedDirectory(t *testing.T) {
	root, _ := unpacked(t, pack(t, symlink("lib", "usr/lib"), dir("usr/lib", 0o700), file("lib/so", "1"),
		symlink("abs", "/usr/lib"), dir("abs/sub", 0o500), file("abs/sub/so", "2"), hardlink("h", "lib/so")), Options{})
	if read(t, filepath.Join(root, "usr/lib/so")) != "1" || read(t, filepath.Join(root, "usr/lib/sub/so")) != "2" {
		t.Error("files did not go through the links")
	}
	if st := mustStat(t, filepath.Join(root, "usr/lib/sub")); st.Mode&0o7777 != 0o500 || st.Mtim != timespec(then) {
		t.Errorf("directory made through a link was not settled: %o", st.Mode)
	}
	if a, b := mustStat(t, filepath.Join(root, "h")), mustStat(t, filepath.Join(root, "usr/lib/so")); a.Ino != b.Ino {
		t.Error("hard link to a name through a link")
	}
}

func TestUnpackHardLinkToItself(t *testing.T) {
	root, _ := unpacked(t, pack(t, file("f", "kept"), hardlink("f", "f"), hardlink("g", "./f"), hardlink("f", "/g")), Options{})
	if read(t, filepath.Join(root, "f")) != "kept" {
		t.Error("contents lost")
	}
}

// TestUnpackDamaged cuts an archive at every block and flips bytes in it: each
// time there is an error, or the very same tree, and no trace.
func TestUnpackDamaged(t *testing.T) {
	archive := pack(t, dir("ro", 0o555), file("ro/a", strings.Repeat("data", 1000)), symlink("l", "ro"),
		file("none/b", "x"), dir("none", 0), hardlink("h", "ro/a"))
	for cut := 0; cut < len(archive)-1024; cut += 256 {
		failsCleanly(t, archive[:cut], ErrCorrupt)
	}
	for _, squeeze := range squeezers(t) {
		small := squeeze(archive)
		for _, cut := range []int{1, 5, 11, len(small) / 2, len(small) - 9, len(small) - 1} {
			failsCleanly(t, small[:cut], ErrCorrupt)
		}
		bad := bytes.Clone(small)
		bad[len(bad)/2] ^= 0x55
		failsCleanly(t, bad, ErrCorrupt)
	}
	failsCleanly(t, bytes.Repeat([]byte("not a tar archive"), 1000), ErrCorrupt)
	failsCleanly(t, []byte("PK\x03\x04..........."), ErrCorrupt)
}

func failsCleanly(t *testing.T, archive []byte, want error) {
	t.Helper()
	area := scratch(t)
	_, err := UnpackTo(ctx, bytes.NewReader(archive), filepath.Join(area, "root"), Options{})
	wantErr(t, err, want)
	if strings.Contains(err.Error(), "\n") {
		t.Errorf("more than a line: %v", err)
	}
	nothingIn(t, area)
}

func nothingIn(t *testing.T, dir string) {
	t.Helper()
	left, err := os.ReadDir(dir)
	if err != nil || len(left) > 0 {
		t.Errorf("left behind: %v %v", left, err)
	}
}

func TestUnpackUnterminated(t *testing.T) {
	archive := pack(t, file("f", "x"))
	area := scratch(t)
	_, err := UnpackTo(ctx, bytes.NewReader(archive[:len(archive)-1024]), filepath.Join(area, "root"), Options{Unterminated: true})
	if err != nil {
		t.Error(err)
	}
}

func TestUnpackLimits(t *testing.T) {
	archive := pack(t, file("a/b", "12345678"), file("c", "12345678"))
	for name, test := range map[string]struct {
		opts Options
		want error
	}{
		"entries":       {Options{MaxEntries: 2}, ErrLimit},
		"enough":        {Options{MaxEntries: 3, MaxBytes: 16}, nil},
		"bytes":         {Options{MaxBytes: 15}, ErrLimit},
		"one file":      {Options{MaxBytes: 7}, ErrLimit},
		"biggest limit": {Options{MaxEntries: int(^uint(0) >> 1), MaxBytes: 1<<63 - 1}, nil},
	} {
		area := scratch(t)
		_, err := UnpackTo(ctx, bytes.NewReader(archive), filepath.Join(area, "root"), test.opts)
		if !errors.Is(err, test.want) {
			t.Errorf("%s: %v", name, err)
		}
		if err != nil {
			nothingIn(t, area)
		}
	}
}

// TestUnpackEndless: an archive whose padding never ends does.
func TestUnpackEndless(t *testing.T) {
	archive := append(pack(t, file("f", "x")), make([]byte, 1<<20)...)
	_, err := UnpackTo(ctx, bytes.NewReader(archive), filepath.Join(scratch(t), "root"), Options{MaxEntries: 10, MaxBytes: 10})
	wantErr(t, err, ErrLimit)
}

// TestUnpackHugeHole: a file said to be huge and to be all hole costs neither
// time nor space.
func TestUnpackHugeHole(t *testing.T) {
	start := time.Now()
	failsCleanly(t, sparseHeader(1<<50), ErrLimit)
	if took := time.Since(start); took > time.Second {
		t.Errorf("took %v", took)
	}
}

// sparseHeader is an archive, by hand since archive/tar writes none, of one
// file in PAX sparse format 0.1 that has a size and no data.
func sparseHeader(size int64) []byte {
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	h := file("hole", "").Header
	h.Format, h.PAXRecords = tar.FormatPAX, map[string]string{
		"ISL.sparse.size": "", "ISL.sparse.numblocks": "1", "ISL.sparse.map": "0,0",
	}
	h.PAXRecords["ISL.sparse.size"] = strconv.FormatInt(size, 10)
	_ = w.WriteHeader(&h)
	_ = w.Close()
	// The writer refuses records of that name; checksums do not cover them.
	return bytes.ReplaceAll(b.Bytes(), []byte("ISL.sparse."), []byte("GNU.sparse."))
}

func TestUnpackCancelled(t *testing.T) {
	area := scratch(t)
	c, cancel := context.WithCancel(ctx)
	_, err := UnpackTo(c, bytes.NewReader(bulk(t, 2000)), filepath.Join(area, "root"), Options{
		Progress: func(done, total int64, entries int) {
			if entries > 100 {
				cancel()
			}
		},
	})
	wantErr(t, err, context.Canceled)
	nothingIn(t, area)
}

func TestUnpackReadError(t *testing.T) {
	area := scratch(t)
	r := iotest.TimeoutReader(iotest.OneByteReader(bytes.NewReader(pack(t, file("f", "x")))))
	if _, err := UnpackTo(ctx, r, filepath.Join(area, "root"), Options{}); err == nil {
		t.Error("no error")
	}
	r = iotest.ErrReader(&os.PathError{Op: "read", Path: "archive", Err: syscall.EIO})
	_, err := UnpackTo(ctx, r, filepath.Join(area, "root"), Options{})
	if !errors.Is(err, syscall.EIO) || errors.Is(err, ErrCorrupt) {
		t.Errorf("got %v", err)
	}
	nothingIn(t, area)
}

func TestUnpackToExisting(t *testing.T) {
	area := scratch(t)
	root := filepath.Join(area, "root")
	if err := os.Mkdir(root, 0o755); err != nil {
		t.Fatal(err)
	}
	_, err := UnpackTo(ctx, bytes.NewReader(pack(t, file("f", ""))), root, Options{})
	wantErr(t, err, os.ErrExist)
	nothingIn(t, root)
}

func TestUnpackImage(t *testing.T) {
	for _, archive := range [][]byte{
		pack(t, file("oci-layout", "{}"), file("index.json", "{}")),
		pack(t, file("manifest.json", "[]"), file("repositories", "{}")),
	} {
		failsCleanly(t, archive, ErrImage)
	}
}

func TestSpend(t *testing.T) {
	u := &unpacker{room: 5}
	if err := u.spend(5); err != nil {
		t.Error(err)
	}
	wantErr(t, u.spend(1), ErrLimit)
}

func TestUnpackProgress(t *testing.T) {
	archive := bulk(t, 1000)
	var last, calls int64
	unpacked(t, archive, Options{Size: int64(len(archive)), Progress: func(done, total int64, entries int) {
		if done < last || total != int64(len(archive)) {
			t.Errorf("done %d after %d of %d", done, last, total)
		}
		last, calls = done, calls+1
	}})
	if last != int64(len(archive)) || calls < 2 {
		t.Errorf("%d bytes of %d in %d calls", last, len(archive), calls)
	}
}

// TestUnpackDescriptors: none is left open, whatever the outcome.
func TestUnpackDescriptors(t *testing.T) {
	count := func() int {
		fds, err := os.ReadDir("/proc/self/fd")
		if err != nil {
			t.Fatal(err)
		}
		return len(fds)
	}
	area := scratch(t)
	_, root := outside(t)
	before := count()
	for _, a := range attacks(area) {
		_, _ = UnpackTo(ctx, bytes.NewReader(pack(t, a.items...)), root, Options{MaxEntries: 2})
		_ = Remove(root)
		_, _ = UnpackTo(ctx, bytes.NewReader(pack(t, a.items...)), root, Options{})
		_, _ = Unpack(ctx, bytes.NewReader(pack(t, a.items...)), root, Options{})
		_ = Remove(root)
	}
	if after := count(); after != before {
		t.Errorf("%d descriptors before, %d after", before, after)
	}
}
