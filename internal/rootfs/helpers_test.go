package rootfs

import (
	"archive/tar"
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

var ctx = context.Background()

// then is when everything in the test archives was changed.
var then = time.Unix(1_000_000_000, 123_000_000)

// item is an entry of a test archive.
type item struct {
	tar.Header
	body string
}

func file(name, body string) item { return item{tar.Header{Name: name, Mode: 0o644}, body} }

func dir(name string, mode int64) item {
	return item{tar.Header{Name: name, Typeflag: tar.TypeDir, Mode: mode}, ""}
}

func symlink(name, to string) item {
	return item{tar.Header{Name: name, Typeflag: tar.TypeSymlink, Linkname: to, Mode: 0o777}, ""}
}

func hardlink(name, to string) item {
	return item{tar.Header{Name: name, Typeflag: tar.TypeLink, Linkname: to, Mode: 0o644}, ""}
}

func node(name string, typeflag byte, major, minor int64) item {
	return item{tar.Header{Name: name, Typeflag: typeflag, Mode: 0o620, Devmajor: major, Devminor: minor}, ""}
}

// with changes an entry.
func (i item) with(change func(h *tar.Header)) item {
	change(&i.Header)
	return i
}

// pack writes an archive. Entries belong to whoever runs the test.
func pack(t testing.TB, items ...item) []byte {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for _, i := range items {
		h := i.Header
		h.Size = int64(len(i.body))
		h.Format = tar.FormatPAX
		if h.ModTime.IsZero() {
			h.ModTime = then
		}
		if h.Uid == 0 && h.Gid == 0 {
			h.Uid, h.Gid = os.Geteuid(), os.Getegid()
		}
		if err := w.WriteHeader(&h); err != nil {
			t.Fatalf("pack %q: %v", h.Name, err)
		}
		if _, err := w.Write([]byte(i.body)); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// unpacked unpacks an archive that must be fine and returns the root.
func unpacked(t testing.TB, archive []byte, opts Options) (string, Stats) {
	t.Helper()
	root := filepath.Join(scratch(t), "root")
	stats, err := UnpackTo(ctx, bytes.NewReader(archive), root, opts)
	if err != nil {
		t.Fatal(err)
	}
	return root, stats
}

// scratch is a temporary directory that Remove clears, as directories in it may
// have modes that testing's own clean-up fails on.
func scratch(t testing.TB) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "rootfs-test-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := Remove(dir); err != nil {
			t.Error(err)
		}
	})
	return dir
}

// tree describes everything in a directory, a line each: type, mode, owner, size,
// time, link target or contents, names of the same inode, attributes.
func tree(t testing.TB, root string) map[string]string {
	t.Helper()
	found := map[string]string{}
	first := map[uint64]string{}
	err := filepath.WalkDir(root, func(p string, _ fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, _ := filepath.Rel(root, p)
		found[rel] = describe(t, p, rel, first)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func describe(t testing.TB, p, rel string, first map[uint64]string) string {
	t.Helper()
	var st unix.Stat_t
	if err := unix.Lstat(p, &st); err != nil {
		t.Fatal(err)
	}
	d := fmt.Sprintf("%o %d:%d %d.%09d", st.Mode, st.Uid, st.Gid, st.Mtim.Sec, st.Mtim.Nsec)
	switch st.Mode & unix.S_IFMT {
	case unix.S_IFREG:
		d += fmt.Sprintf(" size %d %x", st.Size, contents(p))
	case unix.S_IFLNK:
		to, _ := os.Readlink(p)
		d += " -> " + to
	case unix.S_IFCHR, unix.S_IFBLK:
		d += fmt.Sprintf(" dev %d:%d", unix.Major(st.Rdev), unix.Minor(st.Rdev))
	}
	if st.Mode&unix.S_IFMT != unix.S_IFDIR && st.Nlink > 1 {
		if first[st.Ino] == "" {
			first[st.Ino] = rel
		}
		d += " is " + first[st.Ino]
	}
	return d + attributes(p)
}

func contents(p string) [8]byte {
	data, err := os.ReadFile(p)
	if err != nil {
		return [8]byte{}
	}
	sum := sha256.Sum256(data)
	return [8]byte(sum[:8])
}

func attributes(p string) string {
	buf := make([]byte, 64<<10)
	n, err := unix.Llistxattr(p, buf)
	if err != nil || n == 0 {
		return ""
	}
	names := strings.Split(strings.TrimSuffix(string(buf[:n]), "\x00"), "\x00")
	slices.Sort(names)
	var d strings.Builder
	for _, name := range names {
		n, err := unix.Lgetxattr(p, name, buf)
		if err == nil {
			fmt.Fprintf(&d, " %s=%x", name, buf[:n])
		}
	}
	return d.String()
}

// same fails the test where two trees differ.
func same(t *testing.T, got, want map[string]string) {
	t.Helper()
	for _, p := range slices.Sorted(maps.Keys(want)) {
		if got[p] != want[p] {
			t.Errorf("%s:\n got %s\nwant %s", p, got[p], want[p])
		}
	}
	for p := range got {
		if _, ok := want[p]; !ok {
			t.Errorf("%s: there, but should not be: %s", p, got[p])
		}
	}
}

func read(t testing.TB, p string) string {
	t.Helper()
	data, err := os.ReadFile(p)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func mustStat(t testing.TB, p string) (st unix.Stat_t) {
	t.Helper()
	if err := unix.Lstat(p, &st); err != nil {
		t.Fatalf("stat %s: %v", p, err)
	}
	return st
}

func wantErr(t testing.TB, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Fatalf("got error %v, want %v", err, want)
	}
}

func needRoot(t testing.TB) {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("skipped by an ordinary user: needs CAP_CHOWN and CAP_MKNOD")
	}
}
