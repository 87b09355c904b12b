package rootfs

import (
	"archive/tar"
	"bytes"
	"os"
	"path/filepath"
	"testing"
)

// FuzzUnpack: whatever the archive, nothing outside of the root changes, and on
// an error nothing is left. Run it with -fuzzminimizetime 0x: making an archive
// smaller that is merely interesting takes all the time there is.
func FuzzUnpack(f *testing.F) {
	for name, a := range attacks("/tmp") {
		if name == "depth by links" {
			continue // thousands of directories each time teach the fuzzer nothing
		}
		f.Add(pack(f, a.items...), true)
	}
	f.Add(pack(f, dir("d", 0), file("d/f", "x"), hardlink("h", "d/f"), node("n", tar.TypeFifo, 0, 0),
		file("d/.wh.x", ""), file(".wh..wh..opq", "")), false)
	f.Add(sparseHeader(100_000), false)
	for _, squeeze := range squeezers(f) {
		f.Add(squeeze(pack(f, file("f", "x"))), true)
	}
	f.Fuzz(func(t *testing.T, archive []byte, layer bool) {
		area := scratch(t)
		for p, body := range map[string]string{"canary": "sings", "work/canary": "sings"} {
			p = filepath.Join(area, p)
			if err := os.MkdirAll(filepath.Dir(p), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(p, []byte(body), 0o640); err != nil {
				t.Fatal(err)
			}
		}
		before := tree(t, area)
		root := filepath.Join(area, "work", "root")
		opts := Options{MaxEntries: 1000, MaxBytes: 1 << 20}
		_, err := UnpackTo(ctx, bytes.NewReader(archive), root, opts)
		if _, there := os.Lstat(root); (err == nil) != (there == nil) {
			t.Errorf("error %v, but root: %v", err, there)
		}
		if err == nil && layer {
			_, _ = Unpack(ctx, bytes.NewReader(archive), root, opts)
		}
		if err := Remove(root); err != nil {
			t.Fatal(err)
		}
		after := tree(t, area)
		delete(before, "work")
		delete(after, "work")
		same(t, after, before)
	})
}
