package store

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"isle/internal/image/name"
)

// Image is an image that is here.
type Image struct {
	Descriptor          // of its manifest
	ID         string   // digest of its configuration
	Names      []string // sorted; none if they were all taken away
	Sources    []string // names by digest under which registries have it
	Manifest   Manifest
	Config     Config
	Added      time.Time // when its manifest was written here
}

// ErrUnknown: there is no such image.
var ErrUnknown = errors.New("no such image here")

// Images lists the images, the newest first.
func (s *Store) Images() ([]*Image, error) {
	x, err := s.read()
	if err != nil {
		return nil, err
	}
	var list []*Image
	seen := map[string]*Image{}
	for _, d := range x.Manifests {
		i := seen[d.Digest]
		if i == nil {
			i, err = s.Read(d)
			if errors.Is(err, os.ErrNotExist) {
				continue // removed since the list was read
			}
			if err != nil {
				return nil, err
			}
			seen[d.Digest] = i
			list = append(list, i)
		}
		i.called(d)
	}
	for _, i := range list {
		slices.Sort(i.Names)
		slices.Sort(i.Sources)
	}
	slices.SortStableFunc(list, func(a, b *Image) int { return b.Created().Compare(a.Created()) })
	return list, nil
}

// called adds what an entry of the list says.
func (i *Image) called(d Descriptor) {
	if n := d.Annotations[NameKey]; n != "" {
		i.Names = append(i.Names, n)
	}
	if source := d.Annotations[SourceKey]; source != "" && !slices.Contains(i.Sources, source) {
		i.Sources = append(i.Sources, source)
	}
}

// Read reads the manifest and the configuration of an image.
func (s *Store) Read(d Descriptor) (*Image, error) {
	i := &Image{Descriptor: d}
	i.Annotations = nil
	if err := s.readJSON(s.Blob(d.Digest), MaxManifest, &i.Manifest); err != nil {
		return nil, err
	}
	if err := i.Manifest.Check(); err != nil {
		return nil, fmt.Errorf("manifest %s: %w", d.Digest, err)
	}
	i.ID = i.Manifest.Config.Digest
	if err := s.readJSON(s.Blob(i.ID), MaxConfig, &i.Config); err != nil {
		return nil, err
	}
	if info, err := os.Stat(s.Blob(d.Digest)); err == nil {
		i.Added = info.ModTime()
	}
	return i, nil
}

// MaxLayers is how many layers overlayfs lays over each other.
const MaxLayers = 500

// Check looks at what a manifest says before anything is fetched for it.
func (m *Manifest) Check() error {
	if len(m.Layers) > MaxLayers {
		return fmt.Errorf("it has %d layers, and overlayfs takes up to %d", len(m.Layers), MaxLayers)
	}
	for _, d := range append([]Descriptor{m.Config}, m.Layers...) {
		if err := name.CheckDigest(d.Digest); err != nil {
			return err
		}
		if d.Size < 0 {
			return fmt.Errorf("it has content of %d bytes", d.Size)
		}
	}
	if m.Config.Size > MaxConfig {
		return fmt.Errorf("its configuration is longer than %d bytes", MaxConfig)
	}
	return nil
}

// Created is when the image was made, by its own word.
func (i *Image) Created() time.Time {
	if i.Config.Created == nil {
		return time.Time{}
	}
	return *i.Config.Created
}

// Bytes is what its manifest, configuration and layers take as they came.
func (i *Image) Bytes() int64 {
	n := i.Size + i.Manifest.Config.Size
	for _, l := range i.Manifest.Layers {
		n += l.Size
	}
	return n
}

// Layers returns the folders of the image's unpacked layers, the highest first,
// as overlayfs takes them. It is an error if they are not all there.
func (s *Store) Layers(i *Image) ([]string, error) {
	keys, err := s.LayerKeys(i.Digest)
	if err != nil {
		return nil, err
	}
	if keys == nil && len(i.Manifest.Layers) > 0 {
		return nil, fmt.Errorf("image %s has not been unpacked: pull or load it again", i.Digest)
	}
	for k, key := range keys {
		keys[k] = s.Path("layers", key)
	}
	return keys, nil
}

// LayerKeys reads which layers an image was unpacked into; nil if it was not.
func (s *Store) LayerKeys(digest string) ([]string, error) {
	data, err := os.ReadFile(s.Path("unpacked", digest[len("sha256:"):]))
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	keys := strings.Fields(string(data))
	for _, key := range keys {
		if !name.IsHex(strings.TrimPrefix(key, "chain-"), 64, 64) {
			return nil, fmt.Errorf("unpacked image %s: '%.80s' is no layer", digest, key)
		}
	}
	return keys, nil
}

// SetLayerKeys writes what LayerKeys reads.
func (s *Store) SetLayerKeys(digest string, keys []string) error {
	return s.replace(s.Path("unpacked", digest[len("sha256:"):]), []byte(strings.Join(keys, "\n")+"\n"))
}
