package store

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"golang.org/x/sys/unix"
)

// Tag gives an image more names, which other images may lose by that.
func (s *Store) Tag(ctx context.Context, word string, names ...string) error {
	return s.change(ctx, func(x *Index) error {
		i, err := s.Find(word)
		if err != nil {
			return err
		}
		d := i.Descriptor
		if len(i.Sources) > 0 {
			d.Annotations = map[string]string{SourceKey: i.Sources[0]}
		}
		x.add(d, names)
		return nil
	})
}

// Removal is what Remove did.
type Removal struct {
	Untagged []string // names taken away
	Removed  *Image   // the image, if it is gone with them
}

// Remove takes away the name that a word is, and with the last name the image.
// A word that is an ID takes away all names; if it has several, only by force.
// What the image took on disk is for a collection to free.
func (s *Store) Remove(ctx context.Context, word string, force bool) (r Removal, err error) {
	err = s.change(ctx, func(x *Index) error {
		list, err := s.Images()
		if err != nil {
			return err
		}
		i, called, err := Choose(list, word)
		if err != nil {
			return err
		}
		r.Untagged = i.Names
		if called != "" {
			r.Untagged = []string{called}
		} else if len(i.Names) > 1 && !force {
			return fmt.Errorf("image %s has several names (%s): name one, or all with --force", word, strings.Join(i.Names, ", "))
		}
		if len(r.Untagged) == len(i.Names) {
			if who := s.pinned(i.Digest); who != "" && !force {
				return fmt.Errorf("image %s is in use by %s: remove that first, or use --force", word, who)
			}
			r.Removed = i
		}
		x.Manifests = slices.DeleteFunc(x.Manifests, func(d Descriptor) bool {
			return d.Digest == i.Digest && (r.Removed != nil || d.Annotations[NameKey] == called)
		})
		return nil
	})
	return r, err
}

// Pin keeps an image, named or not, on disk for somebody, until Unpin.
func (s *Store) Pin(ctx context.Context, word, who string) (*Image, error) {
	if who == "" || strings.ContainsAny(who, "/\x00") || who[0] == '.' {
		return nil, fmt.Errorf("'%s' cannot hold an image", who)
	}
	if err := s.Create(); err != nil {
		return nil, err
	}
	l, err := s.lock(ctx, "index.lock", unix.LOCK_EX)
	if err != nil {
		return nil, err
	}
	defer l.Close()
	i, err := s.Find(word)
	if err != nil {
		return nil, err
	}
	return i, s.replace(s.Path("pins", who), []byte(i.Digest+"\n"))
}

// Unpin takes a pin away; it need not be there.
func (s *Store) Unpin(who string) error {
	err := os.Remove(s.Path("pins", who))
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	return err
}

// Pins returns the digests of the images that somebody needs, by who it is.
func (s *Store) Pins() (map[string]string, error) {
	entries, err := os.ReadDir(s.Path("pins"))
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	pins := map[string]string{}
	for _, e := range entries {
		data, err := os.ReadFile(s.Path("pins", e.Name()))
		if errors.Is(err, os.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, err
		}
		pins[e.Name()] = strings.TrimSpace(string(data))
	}
	return pins, nil
}

func (s *Store) pinned(digest string) string {
	pins, _ := s.Pins()
	for who, d := range pins {
		if d == digest {
			return who
		}
	}
	return ""
}
