package image

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"isle/internal/image/name"
	"isle/internal/image/store"
	"isle/internal/rootfs"
)

// keepPartial is how long a download that was cut off may be gone on with.
const keepPartial = 24 * time.Hour

// Collect takes away what no image and no pin needs. It is store.ErrBusy if
// others are at work, who will do it when they are done. It returns how many
// bytes of content that freed.
func (l *Library) Collect() (freed int64, err error) {
	alone, err := l.Alone()
	if err != nil {
		return 0, err
	}
	defer alone.Close()
	return l.collect(keepPartial)
}

// CollectAll waits for others, and takes downloads that were cut off as well.
func (l *Library) CollectAll(ctx context.Context) (freed int64, err error) {
	if err := l.Create(); err != nil {
		return 0, err
	}
	alone, err := l.AloneWait(ctx)
	if err != nil {
		return 0, err
	}
	defer alone.Close()
	return l.collect(0)
}

func (l *Library) collect(partials time.Duration) (int64, error) {
	needed, err := l.needed()
	if err != nil {
		return 0, err
	}
	c := collection{l, 0}
	// What says that an image is unpacked goes before its layers do.
	for _, folder := range []string{"unpacked", "layers", "blobs/sha256"} {
		if err := c.sweep(folder, func(file string) bool { return needed[filepath.Join(folder, file)] }); err != nil {
			return c.freed, err
		}
	}
	err = c.sweep("work", func(file string) bool {
		info, err := os.Lstat(l.Path("work", file))
		return err == nil && strings.HasPrefix(file, "partial-") && time.Since(info.ModTime()) < partials
	})
	return c.freed, err
}

// needed are the paths in the store of what images and pins need.
func (l *Library) needed() (map[string]bool, error) {
	list, err := l.Images()
	if err != nil {
		return nil, err
	}
	pins, err := l.Pins()
	if err != nil {
		return nil, err
	}
	for _, digest := range pins {
		if name.CheckDigest(digest) != nil {
			continue
		}
		i, err := l.Read(store.Descriptor{Digest: digest})
		if err != nil && !errors.Is(err, os.ErrNotExist) {
			return nil, err
		}
		if err == nil {
			list = append(list, i)
		}
	}
	needed := map[string]bool{}
	for _, i := range list {
		blobs := []string{i.Digest, i.ID}
		for _, layer := range i.Manifest.Layers {
			blobs = append(blobs, layer.Digest)
		}
		for _, digest := range blobs {
			needed["blobs/sha256/"+digest[len("sha256:"):]] = true
		}
		needed["unpacked/"+i.Digest[len("sha256:"):]] = true
		keys, err := l.LayerKeys(i.Digest)
		if err != nil {
			return nil, err
		}
		for _, key := range keys {
			needed["layers/"+key] = true
		}
	}
	return needed, nil
}

// collection is one going through the store.
type collection struct {
	*Library
	freed int64
}

// sweep removes what is not to be kept in a folder. A tree is renamed first, so
// that half a layer never has a layer's name.
func (c *collection) sweep(folder string, keep func(file string) bool) error {
	entries, err := os.ReadDir(c.Path(folder))
	if err != nil {
		return err
	}
	for _, e := range entries {
		path := c.Path(folder, e.Name())
		if keep(e.Name()) {
			continue
		}
		if info, err := e.Info(); err == nil && info.Mode().IsRegular() {
			c.freed += info.Size()
		}
		if e.IsDir() && folder != "work" {
			gone := c.Path("work", "gone-"+e.Name())
			if err := rootfs.Remove(gone); err != nil {
				return err
			}
			if err := unix.Rename(path, gone); err != nil {
				return &os.PathError{Op: "rename", Path: path, Err: err}
			}
			path = gone
		}
		if err := rootfs.Remove(path); err != nil {
			return err
		}
	}
	return nil
}
