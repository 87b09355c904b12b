package image

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"isle/internal/image/name"
	"isle/internal/image/store"
)

// saved is an image in the manifest.json of docker save.
type saved struct {
	Config   string
	RepoTags []string
	Layers   []string
}

// dockerImages makes ready the images of an archive of docker save. Such an image has
// no manifest as registries have them, so one is made.
func (m *members) dockerImages(ctx context.Context) (list []*store.Image, err error) {
	var all []saved
	if err := m.document("manifest.json", &all); err != nil {
		return nil, err
	}
	if len(all) == 0 {
		return nil, errors.New("manifest.json names no image")
	}
	for _, s := range all {
		i, err := m.docker(ctx, s)
		if err != nil {
			return nil, fmt.Errorf("image %q of the archive: %w", s.Config, err)
		}
		list = append(list, i)
	}
	return list, nil
}

func (m *members) docker(ctx context.Context, s saved) (*store.Image, error) {
	var names []string
	for _, tag := range s.RepoTags {
		n, err := name.Parse(tag)
		if err != nil {
			return nil, err
		}
		names = append(names, n.In(name.Hub).Tagged().String())
	}
	config, err := m.find(s.Config)
	if err != nil {
		return nil, err
	}
	config.MediaType = store.ConfigType
	manifest := store.Manifest{SchemaVersion: 2, MediaType: store.ManifestType, Config: config, Layers: []store.Descriptor{}}
	if len(s.Layers) > store.MaxLayers {
		return nil, fmt.Errorf("it has %d layers, and overlayfs takes up to %d", len(s.Layers), store.MaxLayers)
	}
	for _, file := range s.Layers {
		layer, err := m.find(file)
		if err != nil {
			return nil, err
		}
		if layer.MediaType, err = m.layerType(layer.Digest); err != nil {
			return nil, err
		}
		manifest.Layers = append(manifest.Layers, layer)
	}
	d, err := m.putJSON(ctx, store.ManifestType, manifest)
	if err != nil {
		return nil, err
	}
	return m.ready(ctx, d, names...)
}

// layerType is the media type of a layer by its first bytes.
func (l *Library) layerType(digest string) (string, error) {
	f, err := os.Open(l.Blob(digest))
	if err != nil {
		return "", err
	}
	defer f.Close()
	head := make([]byte, 4)
	if _, err := io.ReadFull(f, head); err != nil {
		return "", fmt.Errorf("layer %s is too short to be one", digest)
	}
	switch {
	case bytes.HasPrefix(head, []byte("\x1f\x8b")):
		return store.LayerType + "+gzip", nil
	case bytes.Equal(head, []byte("\x28\xb5\x2f\xfd")):
		return store.LayerType + "+zstd", nil
	}
	return store.LayerType, nil
}
