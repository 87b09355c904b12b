package image

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"isle/internal/image/name"
	"isle/internal/image/store"
)

// containerd's and buildx's annotation for the name in full.
const containerdName = "io.containerd.image.name"

// layout makes ready the images of an OCI layout.
func (m *members) layout(ctx context.Context, want Platform) (list []*store.Image, err error) {
	var x store.Index
	if err := m.document("index.json", &x); err != nil {
		return nil, err
	}
	if len(x.Manifests) > maxMembers {
		return nil, fmt.Errorf("index.json lists %d images", len(x.Manifests))
	}
	order := []string{}
	entries := map[string]store.Descriptor{}
	names := map[string][]string{}
	for _, d := range x.Manifests {
		if _, known := entries[d.Digest]; !known {
			order = append(order, d.Digest)
		}
		entries[d.Digest] = d
		n, err := layoutName(d.Annotations)
		if err != nil {
			return nil, err
		}
		if n != "" {
			names[d.Digest] = append(names[d.Digest], n)
		}
	}
	for _, digest := range order {
		d, err := m.choose(entries[digest], want, 0)
		if err != nil {
			return nil, err
		}
		i, err := m.ready(ctx, d, names[digest]...)
		if err != nil {
			return nil, err
		}
		list = append(list, i)
	}
	if list == nil {
		return nil, errors.New("index.json names no image")
	}
	return list, nil
}

// layoutName is the name of an image in a layout, if it has one: a bare tag is
// no name.
func layoutName(annotations map[string]string) (string, error) {
	full := annotations[containerdName]
	if full == "" {
		full = annotations[store.NameKey]
		if !strings.ContainsAny(full, "/:") {
			return "", nil
		}
	}
	n, err := name.Parse(full)
	if err != nil {
		return "", err
	}
	return n.In(name.Hub).Tagged().String(), nil
}

// choose goes down from an entry of an index to the manifest of an image, by the
// platform that is wanted. All of it must be in the archive.
func (m *members) choose(d store.Descriptor, want Platform, depth int) (store.Descriptor, error) {
	if err := name.CheckDigest(d.Digest); err != nil {
		return d, err
	}
	if _, ok := m.files["blobs/sha256/"+d.Digest[len("sha256:"):]]; !ok {
		return d, fmt.Errorf("the archive has no content %s", d.Digest)
	}
	if err := m.CheckSize(d); err != nil {
		return d, err
	}
	if !isIndex(d.MediaType) {
		return d, nil
	}
	var x store.Index
	if err := m.readJSON(d.Digest, &x); err != nil {
		return d, err
	}
	if depth > 3 {
		return d, errors.New("the index has indexes within indexes")
	}
	best, err := want.Choose(x.Manifests)
	if err != nil {
		return d, err
	}
	return m.choose(best, want, depth+1)
}

// CheckSize compares what a descriptor says of content with what is here.
func (l *Library) CheckSize(d store.Descriptor) error {
	data, err := l.bytes(d.Digest, store.MaxManifest)
	if err == nil && int64(len(data)) != d.Size {
		err = fmt.Errorf("%s has %d bytes, not %d", d.Digest, len(data), d.Size)
	}
	return err
}

func isIndex(mediaType string) bool {
	return mediaType == store.IndexType || mediaType == store.DockerListType
}
