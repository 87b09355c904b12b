package engine

import (
	"archive/tar"
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"isle/internal/engine/request"
	"isle/internal/image"
	"isle/internal/image/store"
	"isle/test/programs"
)

// newEngine has the image bb:1, which is busybox.
func newEngine(t *testing.T) *Engine {
	t.Helper()
	t.Setenv("ISLE_IMAGES", filepath.Join(t.TempDir(), "images"))
	t.Setenv("ISLE_CONTAINERS", filepath.Join(t.TempDir(), "containers"))
	e, err := Open()
	if err != nil {
		t.Fatal(err)
	}
	l := &image.Library{Store: e.Images}
	config := store.Config{OS: "linux", Architecture: image.Here().Architecture, Config: store.Execution{Cmd: []string{"sh"}, Env: []string{"PATH=/bin"}}}
	if _, err := l.Import(t.Context(), bytes.NewReader(busybox(t)), 0, config, "", "localhost/bb:1"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		list, _ := e.List()
		for _, c := range list {
			if err := e.Remove(c, true); err != nil {
				t.Error(err)
			}
		}
	})
	return e
}

// busybox is a root of it as an archive.
func busybox(t *testing.T) []byte {
	t.Helper()
	path := filepath.Join(t.TempDir(), "busybox")
	if err := programs.Busybox(path); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	w.WriteHeader(&tar.Header{Name: "bin/busybox", Mode: 0o755, Size: int64(len(text))})
	w.Write(text)
	for _, name := range []string{"sh", "sleep", "true", "cat", "touch"} {
		w.WriteHeader(&tar.Header{Name: "bin/" + name, Typeflag: tar.TypeSymlink, Linkname: "busybox"})
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func create(t *testing.T, e *Engine, r request.Container) *Container {
	t.Helper()
	r.Image.Name = "bb:1"
	c, err := e.Create(t.Context(), &r)
	if err != nil {
		t.Fatal(err)
	}
	return c
}
