package rootfs

import (
	"archive/tar"
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// stacks are images, lowest layer first.
func stacks() map[string][][]item {
	owned := func(h *tar.Header) { h.Uid, h.Gid = 12, 34 }
	return map[string][][]item{
		"whiteouts": {
			{dir("d", 0o755), file("d/a", "1"), file("d/b", "2"), dir("gone", 0o755), file("gone/x", "3")},
			{dir("d", 0o755), file("d/.wh.a", ""), file(".wh.gone", ""), file("d/.wh.never", "")},
			{dir("gone", 0o700), file("gone/new", "4")},
		},
		"opaque": {
			{dir("d", 0o755), file("d/a", "1"), dir("d/sub", 0o755), file("d/sub/b", "2")},
			{dir("d", 0o750), file("d/c", "3"), file("d/.wh..wh..opq", ""), dir("d/sub", 0o700)},
		},
		"whiteout and a directory of its name": {
			{dir("d", 0o755), file("d/a", "1"), dir("e", 0o755), file("e/a", "1")},
			{file(".wh.d", ""), dir("d", 0o755), file("d/new", "2"), dir("e", 0o755), file("e/new", "3"), file(".wh.e", "")},
		},
		"a file between two directories": {
			{dir("d", 0o755), file("d/a", "1")},
			{file("d", "file"), dir("d", 0o755), file("d/b", "2")},
		},
		"implied directories": {
			{dir("tmp", 0o1777), dir("etc", 0o750).with(owned), file("etc/a", "1").with(owned)},
			{file("tmp/x", "2"), file("etc/deep/er/b", "3")},
		},
		"implied directory behind a link": {
			{dir("usr", 0o755), dir("usr/lib", 0o711), symlink("lib", "usr/lib"), symlink("usr/lib64", "/lib")},
			{file("lib/a", "1"), file("usr/lib64/b", "2")},
		},
		"hard links": {
			{dir("bin", 0o751), file("bin/a", "program").with(owned), symlink("bin/l", "a")},
			{hardlink("bin/b", "bin/a"), hardlink("c", "bin/b"), hardlink("d", "bin/l")},
		},
		"hard link beside a whiteout": {
			{file("a", "1"), file("b", "2")},
			{hardlink("c", "a"), file(".wh.b", "")},
		},
	}
}

// TestOverlay compares what overlayfs shows of layers with what they make when
// they are applied one after the other.
func TestOverlay(t *testing.T) {
	needRoot(t)
	for name, layers := range stacks() {
		for _, options := range []string{"", ",userxattr"} {
			t.Run(name+options, func(t *testing.T) {
				area := scratch(t)
				merged := filepath.Join(area, "merged")
				var below []string
				for i, items := range layers {
					archive := pack(t, items...)
					unpackOver(t, archive, merged)
					dir := filepath.Join(area, string(rune('a'+i)))
					if err := os.Mkdir(dir, 0o755); err != nil {
						t.Fatal(err)
					}
					opts := Options{Overlay: true, Below: func() ([]string, error) { return below, nil }}
					if _, err := Unpack(ctx, bytes.NewReader(archive), dir, opts); err != nil {
						t.Fatal(err)
					}
					below = append([]string{dir}, below...)
				}
				want := tree(t, merged)
				same(t, untimed(throughOverlay(t, below, options)), untimed(want))
			})
		}
	}
}

// marks are those of the one sort of mount, which the other shows.
var marks = strings.NewReplacer(" user.overlay.opaque=79", "", " trusted.overlay.opaque=79", "")

// untimed leaves the marks out, and when directories were made that no archive
// names.
func untimed(tree map[string]string) map[string]string {
	for p, d := range tree {
		words := strings.Fields(marks.Replace(d))
		if words[2] != "1000000000.123000000" {
			words[2] = "now"
		}
		tree[p] = strings.Join(words, " ")
	}
	return tree
}

func unpackOver(t testing.TB, archive []byte, dir string) {
	t.Helper()
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	if _, err := Unpack(ctx, bytes.NewReader(archive), dir, Options{}); err != nil {
		t.Fatal(err)
	}
}

// throughOverlay describes what overlayfs shows, in a mount namespace of its own.
func throughOverlay(t *testing.T, layers []string, options string) (shown map[string]string) {
	t.Helper()
	area := scratch(t)
	done := make(chan struct{})
	go func() {
		defer close(done)
		runtime.LockOSThread() // and never unlocked: the thread ends with its namespace
		if err := unix.Unshare(unix.CLONE_FS | unix.CLONE_NEWNS); err != nil {
			t.Errorf("unshare: %v", err)
			return
		}
		if err := unix.Mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, ""); err != nil {
			t.Errorf("make mounts private: %v", err)
			return
		}
		at, empty := area+"/at", area+"/empty"
		if err := errors.Join(os.Mkdir(at, 0o755), os.Mkdir(empty, 0o755)); err != nil {
			t.Error(err)
			return
		}
		lower := strings.Join(append(layers, empty), ":")
		if err := unix.Mount("overlay", at, "overlay", unix.MS_RDONLY, "lowerdir="+lower+options); err != nil {
			t.Errorf("mount: %v", err)
			return
		}
		shown = tree(t, at)
		if err := unix.Unmount(at, 0); err != nil {
			t.Error(err)
		}
	}()
	<-done
	return shown
}

// TestLeans: only a layer that builds on what it lacks depends on those below.
func TestLeans(t *testing.T) {
	for _, test := range []struct {
		items []item
		want  bool
	}{
		{[]item{dir("d", 0o755), file("d/f", "x"), file("d/.wh.y", ""), hardlink("h", "d/f")}, false},
		{[]item{file("d/f", "x")}, true},
	} {
		dir := scratch(t)
		stats, err := Unpack(ctx, bytes.NewReader(pack(t, test.items...)), dir, Options{Overlay: true})
		if err != nil || stats.Leans != test.want {
			t.Errorf("%v: leans %v, %v", test.items[0].Name, stats.Leans, err)
		}
	}
	dir := scratch(t)
	_, err := Unpack(ctx, bytes.NewReader(pack(t, hardlink("h", "nowhere"))), dir, Options{Overlay: true})
	wantErr(t, err, unix.ENOENT)
}

// TestOverlayHostile: links of a layer below lead no archive out of its layer,
// and no archive makes marks of overlayfs by itself.
func TestOverlayHostile(t *testing.T) {
	area := scratch(t)
	outside := filepath.Join(area, "outside")
	below := filepath.Join(area, "below")
	layer := filepath.Join(area, "layer")
	for _, dir := range []string{outside, below, layer} {
		if err := os.Mkdir(dir, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	for name, to := range map[string]string{"up": "../outside", "abs": outside, "loop": "loop/x", "self": "self"} {
		if err := os.Symlink(to, filepath.Join(below, name)); err != nil {
			t.Fatal(err)
		}
	}
	before := tree(t, outside)
	for _, name := range []string{"up", "abs", "loop", "self"} {
		opts := Options{Overlay: true, Below: func() ([]string, error) { return []string{below}, nil }}
		_, err := Unpack(ctx, bytes.NewReader(pack(t, file(name+"/f", "x"))), layer, opts)
		if loops := name == "loop" || name == "self"; loops != (err != nil) {
			t.Errorf("%s: %v", name, err)
		}
	}
	same(t, tree(t, outside), before)
	marked := dir("d", 0o755).with(func(h *tar.Header) {
		h.PAXRecords = map[string]string{paxXattr + "user.overlay.opaque": "y", paxXattr + "trusted.overlay.redirect": "/etc"}
	})
	at := scratch(t)
	stats, err := Unpack(ctx, bytes.NewReader(pack(t, marked, node("d/gone", tar.TypeChar, 0, 0))), at, Options{Overlay: true})
	if err != nil || stats.Xattrs != 2 || stats.Devices != 1 {
		t.Errorf("marks: %+v, %v", stats, err)
	}
}

// FuzzOverlay: whatever the archive, as a layer over another one it changes
// neither that one nor anything else outside of its own folder.
func FuzzOverlay(f *testing.F) {
	for _, layers := range stacks() {
		f.Add(pack(f, layers[1]...))
	}
	below := []item{dir("d", 0o755), file("d/a", "1"), symlink("up", "../.."), symlink("abs", "/d"), symlink("loop", "loop"), file("f", "x")}
	f.Fuzz(func(t *testing.T, archive []byte) {
		area := scratch(t)
		under, layer := filepath.Join(area, "under"), filepath.Join(area, "layer")
		unpackOver(t, pack(t, below...), under)
		if err := os.Mkdir(layer, 0o755); err != nil {
			t.Fatal(err)
		}
		before := tree(t, area)
		opts := Options{Overlay: true, MaxEntries: 1000, MaxBytes: 1 << 20, Unterminated: true,
			Below: func() ([]string, error) { return []string{under}, nil }}
		_, _ = Unpack(ctx, bytes.NewReader(archive), layer, opts)
		if err := Remove(layer); err != nil {
			t.Fatal(err)
		}
		after := tree(t, area)
		for _, own := range []string{".", "layer"} {
			delete(before, own)
			delete(after, own)
		}
		same(t, after, before)
	})
}
