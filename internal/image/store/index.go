package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"

	"golang.org/x/sys/unix"

	"isle/internal/image/name"
)

// Annotations of index.json.
const (
	// NameKey is the name of an image; one without it has lost its name.
	NameKey = "org.opencontainers.image.ref.name"
	// SourceKey is the name by digest under which a registry has the image.
	SourceKey = "isle.source"
)

// Bounds on the documents of an image, in bytes, as engines have them.
const (
	MaxManifest = 4 << 20
	MaxConfig   = 8 << 20
	maxIndex    = 64 << 20
)

// read reads index.json; it is empty if there is none yet.
func (s *Store) read() (Index, error) {
	var x Index
	err := s.readJSON(s.Path("index.json"), maxIndex, &x)
	if errors.Is(err, os.ErrNotExist) {
		return Index{}, nil
	}
	for _, d := range x.Manifests {
		if err := name.CheckDigest(d.Digest); err != nil {
			return x, fmt.Errorf("%s: %w", s.Path("index.json"), err)
		}
	}
	return x, err
}

func (s *Store) readJSON(path string, most int64, to any) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, most+1))
	switch {
	case err != nil:
		return fmt.Errorf("read %s: %w", path, err)
	case int64(len(data)) > most:
		return fmt.Errorf("read %s: it is longer than %d bytes", path, most)
	}
	if err := json.Unmarshal(data, to); err != nil {
		return fmt.Errorf("read %s: %w", path, err)
	}
	return nil
}

// change changes the list of images. Others see it before or after the change.
func (s *Store) change(ctx context.Context, do func(*Index) error) error {
	if err := s.Create(); err != nil {
		return err
	}
	l, err := s.lock(ctx, "index.lock", unix.LOCK_EX)
	if err != nil {
		return err
	}
	defer l.Close()
	x, err := s.read()
	if err != nil {
		return err
	}
	if err := do(&x); err != nil {
		return err
	}
	x.SchemaVersion, x.MediaType = 2, IndexType
	if x.Manifests == nil {
		x.Manifests = []Descriptor{}
	}
	data, err := json.Marshal(x)
	if err != nil {
		return err
	}
	if err := s.write(s.Path("index.json"), data, true); err != nil {
		return fmt.Errorf("write the list of images: %w", err)
	}
	return nil
}

// Add enters an image under a name, or none. Whatever had that name loses it,
// and stays as an image without one.
func (s *Store) Add(ctx context.Context, d Descriptor, names ...string) error {
	return s.change(ctx, func(x *Index) error {
		x.add(d, names)
		s.dropTwins(x, d.Digest)
		return nil
	})
}

// dropTwins drops images without a name that are the one with that manifest,
// packed in another way: they have the same configuration.
func (s *Store) dropTwins(x *Index, digest string) {
	i, err := s.Read(Descriptor{Digest: digest})
	if err != nil {
		return
	}
	x.Manifests = slices.DeleteFunc(x.Manifests, func(d Descriptor) bool {
		if d.Digest == digest || d.Annotations[NameKey] != "" {
			return false
		}
		twin, err := s.Read(d)
		return err == nil && twin.ID == i.ID
	})
}

func (x *Index) add(d Descriptor, names []string) {
	source := d.Annotations[SourceKey]
	for i, old := range x.Manifests {
		if slices.Contains(names, old.Annotations[NameKey]) {
			x.Manifests[i] = old.named("", old.Annotations[SourceKey])
		}
	}
	for _, n := range names {
		x.Manifests = append(x.Manifests, d.named(n, source))
	}
	x.Manifests = append(x.Manifests, d.named("", source))
	x.tidy()
}

// named is the entry of an image under one name.
func (d Descriptor) named(n, source string) Descriptor {
	d.Annotations = nil
	for key, value := range map[string]string{NameKey: n, SourceKey: source} {
		if value == "" {
			continue
		}
		if d.Annotations == nil {
			d.Annotations = map[string]string{}
		}
		d.Annotations[key] = value
	}
	return d
}

// tidy leaves entries without a name only of images that have none, each once.
func (x *Index) tidy() {
	named := map[string]bool{}
	for _, d := range x.Manifests {
		named[d.Digest] = named[d.Digest] || d.Annotations[NameKey] != ""
	}
	x.Manifests = slices.DeleteFunc(x.Manifests, func(d Descriptor) bool {
		if d.Annotations[NameKey] != "" {
			return false
		}
		drop := named[d.Digest]
		named[d.Digest] = true
		return drop
	})
}
