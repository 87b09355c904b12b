package rootfs

import (
	"bytes"
	"fmt"
	"io"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
	"github.com/ulikunitz/xz"
)

// squeezers are the compressions that can be written here; bzip2 only with the
// program of that name.
func squeezers(t testing.TB) map[string]func([]byte) []byte {
	through := func(open func(io.Writer) (io.WriteCloser, error)) func([]byte) []byte {
		return func(data []byte) []byte {
			var b bytes.Buffer
			w, err := open(&b)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := w.Write(data); err != nil {
				t.Fatal(err)
			}
			if err := w.Close(); err != nil {
				t.Fatal(err)
			}
			return b.Bytes()
		}
	}
	all := map[string]func([]byte) []byte{
		"gzip": through(func(w io.Writer) (io.WriteCloser, error) { return gzip.NewWriter(w), nil }),
		"zstd": through(func(w io.Writer) (io.WriteCloser, error) { return zstd.NewWriter(w, zstd.WithEncoderCRC(true)) }),
		"xz":   through(func(w io.Writer) (io.WriteCloser, error) { return xz.NewWriter(w) }),
	}
	if _, err := exec.LookPath("bzip2"); err == nil {
		all["bzip2"] = func(data []byte) []byte {
			cmd := exec.Command("bzip2", "-c")
			cmd.Stdin = bytes.NewReader(data)
			out, err := cmd.Output()
			if err != nil {
				t.Fatal(err)
			}
			return out
		}
	}
	return all
}

func TestUnpackCompressed(t *testing.T) {
	archive := bulk(t, 3000)
	plain, _ := unpacked(t, archive, Options{})
	want := tree(t, plain)
	for name, squeeze := range squeezers(t) {
		t.Run(name, func(t *testing.T) {
			got, _ := unpacked(t, squeeze(archive), Options{})
			same(t, tree(t, got), want)
		})
	}
	t.Run("two gzip members", func(t *testing.T) {
		squeeze := squeezers(t)["gzip"]
		half := len(archive) / 2
		got, _ := unpacked(t, append(squeeze(archive[:half]), squeeze(archive[half:])...), Options{})
		same(t, tree(t, got), want)
	})
}

// TestUnpackBomb: a small archive of a huge file ends at the bound.
func TestUnpackBomb(t *testing.T) {
	for name, squeeze := range squeezers(t) {
		bomb := squeeze(pack(t, file("zeros", strings.Repeat("\x00", 32<<20))))
		area := scratch(t)
		_, err := UnpackTo(ctx, bytes.NewReader(bomb), filepath.Join(area, "root"), Options{MaxBytes: 1 << 20})
		wantErr(t, err, ErrLimit)
		t.Logf("%s: %d bytes: %v", name, len(bomb), err)
		nothingIn(t, area)
	}
}

// bulk is an archive of n small files in directories of a hundred.
func bulk(t testing.TB, n int) []byte {
	var items []item
	for i := range n {
		if i%100 == 0 {
			items = append(items, dir(fmt.Sprintf("usr/share/d%04d", i/100), 0o755))
		}
		items = append(items, file(fmt.Sprintf("usr/share/d%04d/file-%06d.txt", i/100, i), strings.Repeat(fmt.Sprintln(i), i%300)))
	}
	// Implicit directories get the time of unpacking, which differs.
	items = append(items, dir("usr/share", 0o755), dir("usr", 0o755), dir(".", 0o755))
	return pack(t, items...)
}
