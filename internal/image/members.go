package image

import (
	"archive/tar"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	"isle/internal/image/store"
	"isle/internal/rootfs"
)

// members are the files of an archive of images, already in the store as blobs.
type members struct {
	*Library
	files map[string]store.Descriptor // by path in the archive
	links map[string]string
	room  int64 // bytes that may still come
}

// maxMembers bounds the files of an archive of images.
const maxMembers = 100_000

func (l *Library) newMembers() *members {
	return &members{Library: l, files: map[string]store.Descriptor{}, links: map[string]string{}, room: l.limit()}
}

// readTar takes the files out of an archive, compressed or not, as they come: a
// stream cannot be read twice.
func (m *members) readTar(ctx context.Context, r io.Reader) error {
	plain, err := rootfs.Decompress(&stoppable{ctx, r})
	if err != nil {
		return err
	}
	defer plain.Close()
	t := tar.NewReader(plain)
	for {
		h, err := t.Next()
		if err == io.EOF {
			return nil
		}
		if err == nil {
			err = m.entry(ctx, h, t)
		}
		switch {
		case errors.Is(err, io.ErrUnexpectedEOF):
			return fmt.Errorf("the archive is cut short: %w", err)
		case errors.Is(err, tar.ErrHeader) && len(m.files) == 0:
			return fmt.Errorf("it is not a tar archive: %w", err)
		case err != nil:
			return err
		}
	}
}

func (m *members) entry(ctx context.Context, h *tar.Header, r io.Reader) error {
	name := path.Clean(h.Name)
	if len(m.files)+len(m.links) >= maxMembers {
		return fmt.Errorf("the archive has more than %d files", maxMembers)
	}
	_, twice := m.files[name]
	_, twiceLink := m.links[name]
	if (twice || twiceLink) && h.Typeflag != tar.TypeDir {
		return fmt.Errorf("the archive has %q twice", h.Name)
	}
	switch h.Typeflag {
	case tar.TypeReg:
		return m.file(ctx, name, r, h.Size)
	case tar.TypeSymlink: // as old versions of docker have layers that are the same
		m.links[name] = path.Join(path.Dir(name), h.Linkname)
	case tar.TypeLink:
		m.links[name] = path.Clean(h.Linkname)
	case tar.TypeDir, tar.TypeXGlobalHeader:
	default:
		return fmt.Errorf("%q is neither a file nor a link: this is no archive of images", h.Name)
	}
	return nil
}

func (m *members) file(ctx context.Context, name string, r io.Reader, size int64) error {
	if m.room -= size; m.room < 0 {
		return fmt.Errorf("%q: %w of %d bytes", name, ErrLarge, m.limit())
	}
	want := ""
	if hex, ok := strings.CutPrefix(name, "blobs/sha256/"); ok {
		want = "sha256:" + hex
	}
	done, end := m.begin(name, "read", size)
	defer end()
	d, err := m.put(ctx, &counted{r: r, done: done}, want, size)
	if err != nil {
		return fmt.Errorf("%q: %w", name, err)
	}
	m.files[name] = d
	return nil
}

// counted tells how much was read.
type counted struct {
	r    io.Reader
	n    int64
	done func(int64)
}

// Read implements io.Reader.
func (c *counted) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += int64(n)
	c.done(c.n)
	return n, err
}

// readDir takes the files of an OCI layout that is a folder.
func (m *members) readDir(ctx context.Context, dir string) error {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return err
	}
	defer root.Close()
	return fs.WalkDir(root.FS(), ".", func(name string, e fs.DirEntry, err error) error {
		if err != nil || !e.Type().IsRegular() {
			return err
		}
		if len(m.files) >= maxMembers {
			return fmt.Errorf("the folder has more than %d files", maxMembers)
		}
		f, err := root.Open(name)
		if err != nil {
			return err
		}
		defer f.Close()
		info, err := f.Stat()
		if err != nil {
			return err
		}
		return m.file(ctx, filepath.ToSlash(name), f, info.Size())
	})
}

// find returns a file of the archive, through links.
func (m *members) find(name string) (store.Descriptor, error) {
	name = path.Clean(name)
	for range 40 {
		if d, ok := m.files[name]; ok {
			return d, nil
		}
		to, ok := m.links[name]
		if !ok {
			return store.Descriptor{}, fmt.Errorf("the archive has no %q", name)
		}
		name = to
	}
	return store.Descriptor{}, fmt.Errorf("%q is a link that leads nowhere", name)
}

// document reads a small JSON file of the archive.
func (m *members) document(name string, to any) error {
	d, err := m.find(name)
	if err != nil {
		return err
	}
	data, err := m.bytes(d.Digest, store.MaxConfig)
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	if err := json.Unmarshal(data, to); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}
