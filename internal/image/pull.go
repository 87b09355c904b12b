package image

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"sync"

	"isle/internal/image/name"
	"isle/internal/image/registry"
	"isle/internal/image/store"
)

// Pull fetches an image from wherever its name means: from each registry that a
// short name can mean, and of each from its mirrors first.
func (l *Library) Pull(ctx context.Context, c *registry.Client, n name.Name, want Platform) (i *store.Image, err error) {
	names, err := c.Config.Full(n)
	if err != nil {
		return nil, err
	}
	err = l.using(ctx, func() error {
		var failed error
		for _, full := range names {
			if i, failed = l.pullAs(ctx, c, full, want, failed); i != nil {
				return l.enter(ctx, []*store.Image{i})
			}
		}
		return failed
	})
	if err != nil {
		return nil, err
	}
	return i, nil
}

// pullAs tries the places of one name in full. failed is why others did not do;
// the first reason of all is the one to tell.
func (l *Library) pullAs(ctx context.Context, c *registry.Client, n name.Name, want Platform, failed error) (*store.Image, error) {
	places, err := c.Config.Places(n)
	if err != nil {
		return nil, errors.Join(failed, err)
	}
	for _, p := range places {
		i, err := l.pullFrom(ctx, c, p, n, want)
		if err == nil {
			return i, nil
		}
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if err = fmt.Errorf("%s from %s: %w", n, p.Host, err); failed == nil || p == places[len(places)-1] {
			failed = err // what the registry itself says counts more than a mirror's
		}
	}
	return nil, failed
}

func (l *Library) pullFrom(ctx context.Context, c *registry.Client, p registry.Place, n name.Name, want Platform) (*store.Image, error) {
	r, err := c.Open(ctx, p, false)
	if err != nil {
		return nil, err
	}
	ref := n.Tag
	if n.Digest != "" {
		ref = n.Digest
	}
	top, err := l.document(ctx, r, ref, n.Digest)
	if err != nil {
		return nil, err
	}
	d := top
	for depth := 0; isIndex(d.MediaType); depth++ {
		var x store.Index
		if err := l.readJSON(d.Digest, &x); err != nil {
			return nil, err
		}
		best, err := want.Choose(x.Manifests)
		if err != nil {
			return nil, err
		}
		if depth > 3 {
			return nil, errors.New("the index has indexes within indexes")
		}
		if err := name.CheckDigest(best.Digest); err != nil {
			return nil, err
		}
		if d, err = l.document(ctx, r, best.Digest, best.Digest); err != nil {
			return nil, err
		}
	}
	if err := l.content(ctx, r, d); err != nil {
		return nil, err
	}
	var names []string
	if n.Tag != "" && n.Digest == "" {
		names = []string{n.String()}
	}
	i, err := l.ready(ctx, d, names...)
	if err == nil {
		i.Sources = []string{n.Repository() + "@" + top.Digest}
	}
	return i, err
}

// document fetches a manifest or an index into the store; by digest only if it
// is not there.
func (l *Library) document(ctx context.Context, r *registry.Repository, ref, digest string) (store.Descriptor, error) {
	if digest != "" && l.HasBlob(digest) {
		data, err := l.bytes(digest, store.MaxManifest)
		return store.Descriptor{MediaType: typeOf(data, ""), Digest: digest, Size: int64(len(data))}, err
	}
	data, mediaType, err := r.Manifest(ctx, ref)
	if err != nil {
		return store.Descriptor{}, fmt.Errorf("manifest: %w", err)
	}
	d, err := l.put(ctx, bytes.NewReader(data), digest, store.MaxManifest)
	if err != nil {
		return d, fmt.Errorf("manifest: %w", err)
	}
	d.MediaType = typeOf(data, mediaType)
	return d, nil
}

// typeOf is what a document says it is, or else what the registry said of it, or
// else what it looks like.
func typeOf(data []byte, said string) string {
	var x struct {
		MediaType string            `json:"mediaType"`
		Manifests []json.RawMessage `json:"manifests"`
	}
	_ = json.Unmarshal(data, &x) // what it is not, is found when it is read
	switch {
	case x.MediaType != "":
		return x.MediaType
	case x.Manifests != nil:
		return store.IndexType
	case said == store.DockerManifestType:
		return said
	}
	return store.ManifestType
}

// content fetches what a manifest names, some of it at the same time.
func (l *Library) content(ctx context.Context, r *registry.Repository, d store.Descriptor) error {
	var m store.Manifest
	if err := l.readJSON(d.Digest, &m); err != nil {
		return err
	}
	if err := m.Check(); err != nil {
		return fmt.Errorf("manifest %s: %w", d.Digest, err)
	}
	total := int64(0)
	for _, layer := range m.Layers {
		if total += layer.Size; layer.Size > l.limit() || total > l.limit() {
			return fmt.Errorf("its layers: %w of %d bytes", ErrLarge, l.limit())
		}
	}
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	const together = 3 // as engines do
	places := make(chan struct{}, together)
	var all sync.WaitGroup
	seen := map[string]bool{}
	for _, part := range append([]store.Descriptor{m.Config}, m.Layers...) {
		if seen[part.Digest] {
			continue
		}
		seen[part.Digest] = true
		places <- struct{}{}
		all.Go(func() {
			defer func() { <-places }()
			if err := l.download(ctx, r, part); err != nil {
				stop(fmt.Errorf("content %s: %w", part.Digest, err))
			}
		})
	}
	all.Wait()
	return context.Cause(ctx)
}

// Push sends an image to a registry and returns the digest of its manifest.
func (l *Library) Push(ctx context.Context, c *registry.Client, i *store.Image, n name.Name) error {
	use, err := l.Use(ctx)
	if err != nil {
		return err
	}
	defer use.Close()
	n = n.In(name.Local).Tagged()
	places, err := c.Config.Places(n)
	if err != nil {
		return err
	}
	r, err := c.Open(ctx, places[len(places)-1], true) // never to a mirror
	if err != nil {
		return err
	}
	for _, d := range append([]store.Descriptor{i.Manifest.Config}, i.Manifest.Layers...) {
		if err := l.upload(ctx, r, d); err != nil {
			return fmt.Errorf("content %s: %w", d.Digest, err)
		}
	}
	data, err := l.bytes(i.Digest, store.MaxManifest)
	if err != nil {
		return err
	}
	ref := n.Tag
	if ref == "" {
		ref = i.Digest
	}
	return r.PutManifest(ctx, ref, typeOf(data, i.MediaType), data)
}

func (l *Library) upload(ctx context.Context, r *registry.Repository, d store.Descriptor) error {
	has, err := r.Has(ctx, d.Digest)
	if has || err != nil {
		return err
	}
	done, end := l.begin(d.Digest, "send", d.Size)
	defer end()
	return r.PutBlob(ctx, d.Digest, d.Size, func() (readCloser, error) {
		f, err := os.Open(l.Blob(d.Digest))
		return &countedFile{counted{r: f, done: done}, f}, err
	})
}
