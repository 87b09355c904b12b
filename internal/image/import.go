package image

import (
	"context"
	"io"
	"os"
	"time"

	"isle/internal/image/store"
)

// Import makes an image of one layer out of the archive of a root file system,
// compressed or not. The configuration is what the caller has made of it.
func (l *Library) Import(ctx context.Context, r io.Reader, size int64, config store.Config, comment string, names ...string) (i *store.Image, err error) {
	err = l.using(ctx, func() error {
		done, end := l.begin("archive", "read", size)
		layer, err := l.put(ctx, &counted{r: r, done: done}, "", l.limit())
		end()
		if err != nil {
			return err
		}
		if i, err = l.imported(ctx, layer, config, comment, names); err != nil {
			return err
		}
		return l.enter(ctx, []*store.Image{i})
	})
	if err != nil {
		return nil, err
	}
	return i, nil
}

func (l *Library) imported(ctx context.Context, layer store.Descriptor, config store.Config, comment string, names []string) (*store.Image, error) {
	kind, err := l.layerType(layer.Digest)
	if err != nil {
		return nil, err
	}
	layer.MediaType = kind
	f, err := os.Open(l.Blob(layer.Digest))
	if err != nil {
		return nil, err
	}
	defer f.Close()
	diffID, err := sum(ctx, f, l.limit())
	if err != nil {
		return nil, err
	}
	now := time.Now().UTC().Truncate(time.Second)
	config.Created = &now
	config.RootFS = store.RootFS{Type: "layers", DiffIDs: []string{diffID}}
	config.History = []store.History{{Created: &now, CreatedBy: "isle import", Comment: comment}}
	c, err := l.putJSON(ctx, store.ConfigType, config)
	if err != nil {
		return nil, err
	}
	d, err := l.putJSON(ctx, store.ManifestType, store.Manifest{SchemaVersion: 2, MediaType: store.ManifestType, Config: c, Layers: []store.Descriptor{layer}})
	if err != nil {
		return nil, err
	}
	return l.ready(ctx, d, names...)
}
