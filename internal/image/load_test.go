package image

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"isle/internal/image/store"
)

// shows checks that the layers of the simple image are as they should be.
func shows(t *testing.T, l *Library, i *store.Image) {
	t.Helper()
	dirs, err := l.Layers(i)
	if err != nil || len(dirs) != 2 {
		t.Fatalf("%v, %v", dirs, err)
	}
	for path, want := range map[string]string{dirs[1] + "/etc/b": "2", dirs[0] + "/etc/c": "3"} {
		if data, err := os.ReadFile(path); err != nil || string(data) != want {
			t.Errorf("%s: %q, %v", path, data, err)
		}
	}
	var st unix.Stat_t
	if err := unix.Lstat(dirs[0]+"/etc/a", &st); err != nil || st.Mode&unix.S_IFMT != unix.S_IFCHR || st.Rdev != 0 {
		t.Errorf("whiteout: mode %o, device %d, %v", st.Mode, st.Rdev, err)
	}
}

func TestLoadDocker(t *testing.T) {
	l, s := library(t), simple(t)
	for _, archive := range [][]byte{s.docker(t, "one"), zip(t, s.docker(t, "localhost:5/two:x", "a/three"))} {
		shows(t, l, load(t, l, archive))
	}
	list, err := l.Images()
	if err != nil || len(list) != 1 {
		t.Fatalf("%d images, %v", len(list), err)
	}
	if got := strings.Join(list[0].Names, " "); got != "docker.io/a/three:latest docker.io/library/one:latest localhost:5/two:x" {
		t.Error(got)
	}
	if list[0].ID != digestOf(s.config) {
		t.Error("the ID is not that of the configuration")
	}
	whole(t, l)
}

func TestLoadLayout(t *testing.T) {
	s, other := simple(t), sampleOf(t, "riscv64", pack(t, file("x", "y")))
	d, od := s.descriptor(), other.descriptor()
	here := Here().Platform
	d.Platform, od.Platform = &here, &store.Platform{OS: "linux", Architecture: "riscv64"}
	both := asJSON(t, store.Index{SchemaVersion: 2, Manifests: []store.Descriptor{od, d}})
	top := store.Descriptor{MediaType: store.IndexType, Digest: digestOf(both), Size: int64(len(both)),
		Annotations: map[string]string{store.NameKey: "1.0", containerdName: "quay.io/a/b:1.0"}}
	entries := append(s.blobs(), other.blobs()...)
	entries = append(entries, file("oci-layout", `{"imageLayoutVersion":"1.0.0"}`), file("blobs/sha256/"+top.Digest[7:], string(both)),
		file("index.json", string(asJSON(t, store.Index{SchemaVersion: 2, Manifests: []store.Descriptor{top}}))))

	l := library(t)
	i := load(t, l, pack(t, entries...))
	if i.Digest != d.Digest || i.Names[0] != "quay.io/a/b:1.0" {
		t.Errorf("%s %v", i.Digest, i.Names)
	}
	shows(t, l, i)
	whole(t, l)

	at := t.TempDir()
	for _, e := range entries {
		path := filepath.Join(at, e.Name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(e.body), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	riscv, err := ParsePlatform("linux/riscv64")
	if err != nil {
		t.Fatal(err)
	}
	l = library(t)
	list, err := l.LoadDir(ctx, at, riscv)
	if err != nil || len(list) != 1 || list[0].Digest != od.Digest {
		t.Fatalf("%+v, %v", list, err)
	}
	whole(t, l)
	none, _ := ParsePlatform("s390x")
	if _, err := l.LoadDir(ctx, at, none); err == nil || !strings.Contains(err.Error(), "linux/s390x: there are linux/riscv64") {
		t.Error(err)
	}
}

// TestRemove: what images share stays as long as one of them, and then nothing.
func TestRemove(t *testing.T) {
	l := library(t)
	base := pack(t, dir("d"), file("d/f", "x"))
	load(t, l, sampleOf(t, "amd64", base, pack(t, file("one", "1"))).docker(t, "one"))
	load(t, l, sampleOf(t, "amd64", base, pack(t, file("two", "2"))).docker(t, "two"))
	if layers, err := os.ReadDir(l.Path("layers")); err != nil || len(layers) != 3 {
		t.Errorf("%d layers, %v", len(layers), err)
	}
	if _, err := l.Pin(ctx, "two", "container"); err != nil {
		t.Fatal(err)
	}
	if _, err := l.Remove(ctx, "two", false); err == nil || !strings.Contains(err.Error(), "in use by container") {
		t.Errorf("removed though it is in use: %v", err)
	}
	for _, name := range []string{"one", "two"} {
		r, err := l.Remove(ctx, name, true)
		if err != nil || r.Removed == nil {
			t.Fatalf("%+v, %v", r, err)
		}
		if _, err := l.Collect(); err != nil {
			t.Fatal(err)
		}
	}
	if layers, err := os.ReadDir(l.Path("layers")); err != nil || len(layers) != 2 {
		t.Errorf("pinned: %d layers, %v", len(layers), err)
	}
	if err := l.Unpin("container"); err != nil {
		t.Fatal(err)
	}
	if _, err := l.Collect(); err != nil {
		t.Fatal(err)
	}
	if found := left(t, l); found != nil {
		t.Errorf("left: %v", found)
	}
}

// TestMovedName: an image whose name another one took stays without one.
func TestMovedName(t *testing.T) {
	l := library(t)
	first := load(t, l, simple(t).docker(t, "x"))
	second := load(t, l, sampleOf(t, "amd64", pack(t, file("f", "x"))).docker(t, "x"))
	i, err := l.Find("x")
	if err != nil || i.Digest != second.Digest {
		t.Errorf("%+v, %v", i, err)
	}
	i, err = l.Find(first.ID[7:19])
	if err != nil || len(i.Names) != 0 {
		t.Errorf("%+v, %v", i, err)
	}
	if err := l.Tag(ctx, first.ID, "localhost/again:latest"); err != nil {
		t.Fatal(err)
	}
	if list, err := l.Images(); err != nil || len(list) != 2 || len(list[0].Names)+len(list[1].Names) != 2 {
		t.Errorf("%v, %v", list, err)
	}
	whole(t, l)
}

// TestTwins: an image that comes again, packed in another way, is still one.
func TestTwins(t *testing.T) {
	l := library(t)
	layer := pack(t, file("f", "x"))
	s := sampleOf(t, "amd64", layer)
	first := load(t, l, s.docker(t, "x"))
	s.layers[0] = layer // without compression
	second := load(t, l, s.docker(t, "x"))
	if first.ID != second.ID || first.Digest == second.Digest {
		t.Fatal("these are no twins")
	}
	if list, err := l.Images(); err != nil || len(list) != 1 || list[0].Digest != second.Digest {
		t.Errorf("%v, %v", list, err)
	}
	whole(t, l)
}

// TestLoadTogether: many at once do the work of one.
func TestLoadTogether(t *testing.T) {
	l := library(t)
	archive := simple(t).docker(t, "x")
	failed := make(chan error)
	const many = 8
	for range many {
		go func() {
			_, err := (&Library{Store: l.Store}).Load(ctx, bytes.NewReader(archive), Here())
			failed <- err
		}()
	}
	for range many {
		if err := <-failed; err != nil {
			t.Error(err)
		}
	}
	whole(t, l)
	if list, err := l.Images(); err != nil || len(list) != 1 {
		t.Errorf("%d images, %v", len(list), err)
	}
}
