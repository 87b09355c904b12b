package image

import (
	"context"
	"io"
	"slices"
	"time"

	"isle/internal/image/store"
)

// Commit makes an image of another one with a layer more, an archive without
// compression. The configuration is what the caller has made of the other one's;
// step is how the history tells of it.
func (l *Library) Commit(ctx context.Context, base *store.Image, layer io.Reader, config store.Config, step store.History, names ...string) (i *store.Image, err error) {
	err = l.using(ctx, func() error {
		top, err := l.put(ctx, layer, "", l.limit())
		if err != nil {
			return err
		}
		manifest := store.Manifest{SchemaVersion: 2, MediaType: store.ManifestType}
		for _, d := range append(slices.Clone(base.Manifest.Layers), top) {
			if d.MediaType, err = l.layerType(d.Digest); err != nil {
				return err
			}
			d.Annotations = nil
			manifest.Layers = append(manifest.Layers, d)
		}
		now := time.Now().UTC().Truncate(time.Second)
		config.Created, step.Created = &now, &now
		config.RootFS = store.RootFS{Type: "layers", DiffIDs: append(slices.Clone(base.Config.RootFS.DiffIDs), top.Digest)}
		config.History = append(slices.Clone(base.Config.History), step)
		if manifest.Config, err = l.putJSON(ctx, store.ConfigType, config); err != nil {
			return err
		}
		d, err := l.putJSON(ctx, store.ManifestType, manifest)
		if err != nil {
			return err
		}
		if i, err = l.ready(ctx, d, names...); err != nil {
			return err
		}
		return l.enter(ctx, []*store.Image{i})
	})
	if err != nil {
		return nil, err
	}
	return i, nil
}
