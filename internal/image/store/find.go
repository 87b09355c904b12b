package store

import (
	"fmt"
	"slices"
	"strings"

	"isle/internal/image/name"
)

// Find returns the image that a word stands for: a name, in full or short, an
// ID or the digest of a manifest, or the beginning of either. It is ErrUnknown
// if there is none.
func (s *Store) Find(word string) (*Image, error) {
	if i := s.named(word); i != nil {
		return i, nil
	}
	list, err := s.Images()
	if err != nil {
		return nil, err
	}
	i, _, err := Choose(list, word)
	return i, err
}

// named finds the image that has a name, and reads no other one; nil if there is
// none or anything is wrong, which a whole search tells better.
func (s *Store) named(word string) *Image {
	n, err := name.Parse(word)
	if err != nil || n.Digest != "" {
		return nil
	}
	x, err := s.read()
	if err != nil {
		return nil
	}
	for _, full := range fullNames(n) {
		for _, d := range x.Manifests {
			if d.Annotations[NameKey] != full {
				continue
			}
			if i, err := s.Read(d); err == nil {
				return i.entries(x)
			}
			return nil
		}
	}
	return nil
}

// entries adds what all entries of the image say.
func (i *Image) entries(x Index) *Image {
	for _, d := range x.Manifests {
		if d.Digest == i.Digest {
			i.called(d)
		}
	}
	slices.Sort(i.Names)
	slices.Sort(i.Sources)
	return i
}

// fullNames are what a name can stand for, the nearest first.
func fullNames(n name.Name) []string {
	n = n.Tagged()
	if n.Registry != "" {
		return []string{n.In(name.Local).String()}
	}
	return []string{n.In(name.Local).String(), n.In(name.Hub).String()}
}

// Choose finds the image of a word in a list, and the name by which it was meant,
// which is empty if that was an ID or a digest.
func Choose(list []*Image, word string) (*Image, string, error) {
	n, err := name.Parse(word)
	if err == nil {
		if i, full := byName(list, n); i != nil {
			return i, full, nil
		}
	}
	i, idErr := byID(list, word)
	if i != nil || idErr != nil {
		return i, "", idErr
	}
	if err != nil && !name.IsHex(strings.TrimPrefix(word, "sha256:"), 1, 64) {
		return nil, "", err
	}
	return nil, "", fmt.Errorf("%s: %w", word, ErrUnknown)
}

// byName tries what a short name can mean, the nearest first: an image of this
// host, one of the hub, and then any registry that has it.
func byName(list []*Image, n name.Name) (*Image, string) {
	if n.Digest != "" {
		return byDigest(list, n)
	}
	for _, full := range fullNames(n) {
		for _, i := range list {
			if slices.Contains(i.Names, full) {
				return i, full
			}
		}
	}
	if n.Registry != "" {
		return nil, ""
	}
	for _, i := range list {
		for _, full := range i.Names {
			if strings.HasSuffix(full, "/"+n.Tagged().String()) {
				return i, full
			}
		}
	}
	return nil, ""
}

// byDigest finds REPOSITORY@DIGEST: an image with that digest, from there or
// with a name of that repository.
func byDigest(list []*Image, n name.Name) (*Image, string) {
	for _, registry := range []string{name.Local, name.Hub} {
		repository := n.In(registry).Repository()
		for _, i := range list {
			if slices.Contains(i.Sources, repository+"@"+n.Digest) {
				return i, ""
			}
			if i.Digest == n.Digest && slices.ContainsFunc(i.Names, func(s string) bool { return strings.HasPrefix(s, repository+":") }) {
				return i, ""
			}
		}
	}
	return nil, ""
}

// byID finds an image by the beginning of its ID or digest, of which there must
// be one only.
func byID(list []*Image, word string) (*Image, error) {
	hex, digest := strings.CutPrefix(word, "sha256:")
	if !name.IsHex(hex, 1, 64) || !digest && len(hex) < 3 {
		return nil, nil
	}
	var only *Image
	for _, i := range list {
		if !strings.HasPrefix(i.ID, "sha256:"+hex) && !strings.HasPrefix(i.Digest, "sha256:"+hex) {
			continue
		}
		if only != nil && only.ID != i.ID {
			return nil, fmt.Errorf("'%s' is the beginning of the IDs of several images", word)
		}
		if only == nil {
			only = i
		}
	}
	return only, nil
}
