package image

import (
	"context"
	"fmt"

	"isle/internal/image/name"
	"isle/internal/image/store"
)

// ready checks an image whose content is all in the store, and unpacks it. What
// is left is to enter it under its names. The caller holds the lock Use.
func (l *Library) ready(ctx context.Context, d store.Descriptor, names ...string) (*store.Image, error) {
	i, err := l.Read(d)
	if err != nil {
		return nil, err
	}
	if err := l.check(i); err != nil {
		return nil, fmt.Errorf("image %s: %w", d.Digest, err)
	}
	if err := l.Unpack(ctx, i); err != nil {
		return nil, err
	}
	i.Names = names
	return i, nil
}

// enter enters images under their names, each at once, when they are on the disk.
func (l *Library) enter(ctx context.Context, list []*store.Image) error {
	if err := l.toDisk(); err != nil {
		return err
	}
	for _, i := range list {
		d := i.Descriptor
		if len(i.Sources) > 0 {
			d.Annotations = map[string]string{store.SourceKey: i.Sources[0]}
		}
		if err := l.Add(ctx, d, i.Names...); err != nil {
			return err
		}
	}
	return nil
}

// check looks at what can be known before unpacking.
func (l *Library) check(i *store.Image) error {
	ids := i.Config.RootFS.DiffIDs
	if len(ids) != len(i.Manifest.Layers) {
		return fmt.Errorf("its manifest has %d layers, its configuration %d", len(i.Manifest.Layers), len(ids))
	}
	for n, layer := range i.Manifest.Layers {
		if err := name.CheckDigest(ids[n]); err != nil {
			return err
		}
		if !l.HasBlob(layer.Digest) {
			return fmt.Errorf("its layer %s is missing", layer.Digest)
		}
	}
	return nil
}
