package image

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"isle/internal/image/store"
	"isle/internal/rootfs"
)

var ctx = context.Background()

// entry is a file of a test archive.
type entry struct {
	tar.Header
	body string
}

func file(name, body string) entry { return entry{tar.Header{Name: name, Mode: 0o644}, body} }
func dir(name string) entry {
	return entry{tar.Header{Name: name, Typeflag: tar.TypeDir, Mode: 0o755}, ""}
}

// pack writes an archive; entries belong to whoever runs the test.
func pack(t testing.TB, entries ...entry) []byte {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for _, e := range entries {
		h := e.Header
		h.Size, h.Format = int64(len(e.body)), tar.FormatPAX
		h.Uid, h.Gid = os.Geteuid(), os.Getegid()
		if err := w.WriteHeader(&h); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(e.body)); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func zip(t testing.TB, data []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := w.Write(data); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func digestOf(data []byte) string {
	sum := sha256.Sum256(data)
	return "sha256:" + hex.EncodeToString(sum[:])
}

func asJSON(t testing.TB, v any) []byte {
	t.Helper()
	data, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// sample is an image in its parts.
type sample struct {
	config   []byte
	manifest []byte
	layers   [][]byte // as they are stored
}

// sampleOf makes an image of layers, every second one compressed.
func sampleOf(t testing.TB, arch string, layers ...[]byte) sample {
	t.Helper()
	var s sample
	config := store.Config{OS: "linux", Architecture: arch, RootFS: store.RootFS{Type: "layers"}}
	config.Config.Cmd = []string{"/bin/true"}
	m := store.Manifest{SchemaVersion: 2, MediaType: store.ManifestType}
	for n, layer := range layers {
		config.RootFS.DiffIDs = append(config.RootFS.DiffIDs, digestOf(layer))
		kind := store.LayerType
		if n%2 == 0 {
			layer, kind = zip(t, layer), kind+"+gzip"
		}
		s.layers = append(s.layers, layer)
		m.Layers = append(m.Layers, store.Descriptor{MediaType: kind, Digest: digestOf(layer), Size: int64(len(layer))})
	}
	s.config = asJSON(t, config)
	m.Config = store.Descriptor{MediaType: store.ConfigType, Digest: digestOf(s.config), Size: int64(len(s.config))}
	s.manifest = asJSON(t, m)
	return s
}

// simple is an image of two layers; the second hides something of the first and
// builds on it.
func simple(t testing.TB) sample {
	return sampleOf(t, Here().Architecture,
		pack(t, dir("etc"), file("etc/a", "1"), file("etc/b", "2")),
		pack(t, file("etc/.wh.a", ""), file("etc/c", "3")))
}

// docker is the archive that docker save writes of an image.
func (s sample) docker(t testing.TB, names ...string) []byte {
	t.Helper()
	entries := []entry{file("config.json", string(s.config))}
	m := saved{Config: "config.json", RepoTags: names}
	for n, layer := range s.layers {
		name := fmt.Sprintf("%d/layer.tar", n)
		m.Layers = append(m.Layers, name)
		entries = append(entries, file(name, string(layer)))
	}
	return pack(t, append(entries, file("manifest.json", string(asJSON(t, []saved{m}))))...)
}

// blobs are the files of an image in an OCI layout.
func (s sample) blobs() (list []entry) {
	for _, data := range append([][]byte{s.manifest, s.config}, s.layers...) {
		list = append(list, file("blobs/sha256/"+digestOf(data)[7:], string(data)))
	}
	return list
}

func (s sample) descriptor() store.Descriptor {
	return store.Descriptor{MediaType: store.ManifestType, Digest: digestOf(s.manifest), Size: int64(len(s.manifest))}
}

// library is an empty store; nothing may be left in it but what it lists.
func library(t testing.TB) *Library {
	t.Helper()
	at, err := os.MkdirTemp("", "image-test-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := rootfs.Remove(at); err != nil {
			t.Error(err)
		}
	})
	s, err := store.Open(filepath.Join(at, "images"))
	if err != nil {
		t.Fatal(err)
	}
	return &Library{Store: s}
}

// left lists the files and layers in a store that are not its own.
func left(t testing.TB, l *Library) (found []string) {
	t.Helper()
	for _, folder := range []string{"blobs/sha256", "layers", "unpacked", "work"} {
		entries, err := os.ReadDir(l.Path(folder))
		if err != nil && !os.IsNotExist(err) {
			t.Fatal(err)
		}
		for _, e := range entries {
			found = append(found, folder+"/"+e.Name())
		}
	}
	return found
}

func load(t testing.TB, l *Library, archive []byte) *store.Image {
	t.Helper()
	list, err := l.Load(ctx, bytes.NewReader(archive), Here())
	if err != nil || len(list) != 1 {
		t.Fatalf("%d images, %v", len(list), err)
	}
	return list[0]
}

// whole checks everything that a store lists: the digests of all content, and
// that every layer is there.
func whole(t testing.TB, l *Library) {
	t.Helper()
	list, err := l.Images()
	if err != nil {
		t.Fatal(err)
	}
	for _, i := range list {
		for _, d := range append(slices.Clone(i.Manifest.Layers), i.Descriptor, i.Manifest.Config) {
			data, err := os.ReadFile(l.Blob(d.Digest))
			if err != nil || digestOf(data) != d.Digest {
				t.Errorf("content %s: %v", d.Digest, err)
			}
		}
		dirs, err := l.Layers(i)
		if err != nil {
			t.Error(err)
		}
		for n, at := range dirs {
			files := 0
			err := filepath.WalkDir(at, func(string, fs.DirEntry, error) error { files++; return nil })
			if err != nil || files < 2 {
				t.Errorf("layer %d: %d files, %v", n, files, err)
			}
		}
	}
}
