package image

import (
	"archive/tar"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"isle/internal/image/store"
	"isle/internal/rootfs"
)

// Saved is an image to be written, and the names that it is written with.
type Saved struct {
	*store.Image
	Names []string
}

// SaveDocker writes images as docker save does: layers without compression.
func (l *Library) SaveDocker(ctx context.Context, w io.Writer, list []Saved) error {
	use, err := l.Use(ctx)
	if err != nil {
		return err
	}
	defer use.Close()
	a := newArchive(w)
	var all []saved
	for _, i := range list {
		m := saved{Config: i.ID[len("sha256:"):] + ".json", RepoTags: i.Names, Layers: []string{}}
		if err := l.saveBlob(ctx, a, m.Config, i.Manifest.Config); err != nil {
			return err
		}
		for n, layer := range i.Manifest.Layers {
			file := i.Config.RootFS.DiffIDs[n][len("sha256:"):] + ".tar"
			if err := l.savePlain(ctx, a, file, layer); err != nil {
				return fmt.Errorf("layer %s: %w", layer.Digest, err)
			}
			m.Layers = append(m.Layers, file)
		}
		all = append(all, m)
	}
	if err := a.json("manifest.json", all); err != nil {
		return err
	}
	return a.t.Close()
}

// SaveLayout writes images as an OCI layout in an archive.
func (l *Library) SaveLayout(ctx context.Context, w io.Writer, list []Saved) error {
	use, err := l.Use(ctx)
	if err != nil {
		return err
	}
	defer use.Close()
	a := newArchive(w)
	if err := l.saveLayout(ctx, a, list); err != nil {
		return err
	}
	return a.t.Close()
}

// SaveFolder writes images as an OCI layout into a folder, which must not exist:
// whole or not at all.
func (l *Library) SaveFolder(ctx context.Context, dir string, list []Saved) error {
	if _, err := os.Lstat(dir); err == nil {
		return &os.PathError{Op: "make", Path: dir, Err: os.ErrExist}
	}
	tmp, err := os.MkdirTemp(filepath.Dir(filepath.Clean(dir)), ".layout-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(tmp) // which is not there if all went well
	pr, pw := io.Pipe()
	go func() { pw.CloseWithError(l.SaveLayout(ctx, pw, list)) }()
	_, err = rootfs.Unpack(ctx, pr, tmp, rootfs.Options{})
	pr.CloseWithError(err)
	if err = errors.Join(err, os.Chmod(tmp, 0o755)); err != nil {
		return err
	}
	return os.Rename(tmp, dir)
}

func (l *Library) saveLayout(ctx context.Context, a *archive, list []Saved) error {
	index := store.Index{SchemaVersion: 2, MediaType: store.IndexType, Manifests: []store.Descriptor{}}
	for _, i := range list {
		d := i.Descriptor
		d.Platform = &store.Platform{OS: i.Config.OS, Architecture: i.Config.Architecture, Variant: i.Config.Variant}
		names := i.Names
		if len(names) == 0 {
			names = []string{""}
		}
		for _, name := range names {
			d.Annotations = nil
			if name != "" {
				d.Annotations = map[string]string{store.NameKey: name, containerdName: name}
			}
			index.Manifests = append(index.Manifests, d)
		}
		for _, part := range append([]store.Descriptor{i.Descriptor, i.Manifest.Config}, i.Manifest.Layers...) {
			if err := l.saveBlob(ctx, a, "blobs/sha256/"+part.Digest[len("sha256:"):], part); err != nil {
				return err
			}
		}
	}
	if err := a.json("oci-layout", map[string]string{"imageLayoutVersion": "1.0.0"}); err != nil {
		return err
	}
	return a.json("index.json", index)
}

// archive is an archive that is the same each time it is written.
type archive struct {
	t    *tar.Writer
	seen map[string]bool
}

func newArchive(w io.Writer) *archive { return &archive{tar.NewWriter(w), map[string]bool{}} }

// file writes a file, unless it has been written.
func (a *archive) file(ctx context.Context, name string, size int64, r io.Reader) error {
	a.seen[name] = true
	h := &tar.Header{Name: filepath.ToSlash(name), Mode: 0o644, Size: size, ModTime: time.Unix(0, 0), Typeflag: tar.TypeReg}
	if err := a.t.WriteHeader(h); err != nil {
		return err
	}
	n, err := io.Copy(a.t, &stoppable{ctx, r})
	if err == nil && n != size {
		err = io.ErrUnexpectedEOF
	}
	return err
}

func (a *archive) json(name string, v any) error {
	data, err := json.Marshal(v)
	if err != nil {
		return err
	}
	h := &tar.Header{Name: name, Mode: 0o644, Size: int64(len(data)), ModTime: time.Unix(0, 0), Typeflag: tar.TypeReg}
	if err := a.t.WriteHeader(h); err != nil {
		return err
	}
	_, err = a.t.Write(data)
	return err
}

// saveBlob writes content as it is.
func (l *Library) saveBlob(ctx context.Context, a *archive, name string, d store.Descriptor) error {
	if a.seen[name] {
		return nil
	}
	f, err := os.Open(l.Blob(d.Digest))
	if err != nil {
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	done, end := l.begin(d.Digest, "write", info.Size())
	defer end()
	return a.file(ctx, name, info.Size(), &counted{r: f, done: done})
}

// savePlain writes a layer without compression, by way of a file, since an
// archive has sizes first.
func (l *Library) savePlain(ctx context.Context, a *archive, name string, d store.Descriptor) error {
	if a.seen[name] {
		return nil
	}
	f, err := os.Open(l.Blob(d.Digest))
	if err != nil {
		return err
	}
	defer f.Close()
	plain, err := rootfs.Decompress(&stoppable{ctx, f})
	if err != nil {
		return err
	}
	defer plain.Close()
	tmp, err := os.CreateTemp(l.Path("work"), "plain-")
	if err != nil {
		return err
	}
	defer tmp.Close()
	if err := os.Remove(tmp.Name()); err != nil {
		return err
	}
	if err := copyBounded(ctx, tmp, plain, l.limit()); err != nil {
		return err
	}
	size, err := tmp.Seek(0, io.SeekCurrent)
	if err == nil {
		_, err = tmp.Seek(0, io.SeekStart)
	}
	if err != nil {
		return err
	}
	return a.file(ctx, name, size, tmp)
}
