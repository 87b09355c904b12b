package image

import (
	"context"
	"errors"
	"io"

	"isle/internal/image/store"
)

// Load brings the images of an archive into the store: one of docker save, or an
// OCI layout as an archive. Compression is known by the first bytes.
func (l *Library) Load(ctx context.Context, r io.Reader, want Platform) ([]*store.Image, error) {
	return l.load(ctx, want, func(m *members) error { return m.readTar(ctx, r) })
}

// LoadDir brings the images of an OCI layout that is a folder into the store.
func (l *Library) LoadDir(ctx context.Context, dir string, want Platform) ([]*store.Image, error) {
	return l.load(ctx, want, func(m *members) error { return m.readDir(ctx, dir) })
}

func (l *Library) load(ctx context.Context, want Platform, read func(*members) error) (list []*store.Image, err error) {
	err = l.using(ctx, func() error {
		m := l.newMembers()
		if err := read(m); err != nil {
			return err
		}
		if list, err = m.images(ctx, want); err != nil {
			return err
		}
		return l.enter(ctx, list) // all of them, or none
	})
	if err != nil {
		return nil, err
	}
	return list, nil
}

// using runs something that adds to the store, and takes away what it leaves
// behind, unless others are at work.
func (l *Library) using(ctx context.Context, do func() error) error {
	if err := l.Create(); err != nil {
		return err
	}
	if err := l.afterBoot(ctx); err != nil {
		return err
	}
	use, err := l.Use(ctx)
	if err != nil {
		return err
	}
	err = do()
	use.Close()
	if _, cerr := l.Collect(); cerr != nil && !errors.Is(cerr, store.ErrBusy) && err == nil {
		err = cerr
	}
	return err
}

// images makes ready the images that the archive names.
func (m *members) images(ctx context.Context, want Platform) ([]*store.Image, error) {
	_, docker := m.files["manifest.json"]
	_, oci := m.files["index.json"]
	switch {
	case oci:
		return m.layout(ctx, want)
	case docker:
		return m.dockerImages(ctx)
	}
	return nil, errors.New("it holds no image: neither manifest.json nor index.json is in it; isle import takes the archive of a root file system")
}
