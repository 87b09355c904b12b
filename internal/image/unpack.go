package image

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"slices"
	"sync/atomic"

	"golang.org/x/sys/unix"

	"isle/internal/image/store"
	"isle/internal/rootfs"
)

// unpacking is the layers of an image on their way into the store.
type unpacking struct {
	*Library
	image *store.Image
	keys  []string        // of the layers, the lowest first, as they become known
	ready []chan struct{} // closed when the key is known, or never will be
	room  atomic.Int64    // bytes that the layers may still unpack to
}

// Unpack unpacks the layers of an image that are not there yet, several at a
// time, and checks them against the digests that the configuration has of them.
// The caller holds the lock Use.
func (l *Library) Unpack(ctx context.Context, i *store.Image) error {
	if keys, err := l.LayerKeys(i.Digest); keys != nil || err != nil {
		return err
	}
	layers, ids := i.Manifest.Layers, i.Config.RootFS.DiffIDs
	if len(layers) != len(ids) {
		return fmt.Errorf("the manifest has %d layers and the configuration %d", len(layers), len(ids))
	}
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	u := &unpacking{Library: l, image: i, keys: make([]string, len(layers)), ready: make([]chan struct{}, len(layers))}
	u.room.Store(l.limit())
	for n := range u.ready {
		u.ready[n] = make(chan struct{})
	}
	// Layers start from below, so who waits for a layer below it waits for one
	// that has started.
	places := make(chan struct{}, max(2, min(4, runtime.GOMAXPROCS(0))))
	chain := ""
	for n := range layers {
		chain = chainID(chain, ids[n])
		places <- struct{}{}
		go func(n int, chain string) {
			defer func() { close(u.ready[n]); <-places }()
			key, err := u.layer(ctx, n, chain)
			if err != nil {
				stop(fmt.Errorf("layer %s: %w", layers[n].Digest, err))
				return
			}
			u.keys[n] = key
		}(n, chain)
	}
	for _, ready := range u.ready {
		<-ready
	}
	if err := context.Cause(ctx); err != nil {
		return err
	}
	slices.Reverse(u.keys)
	return l.SetLayerKeys(i.Digest, u.keys)
}

// chainID names a layer with all those below it, as the image specification does.
func chainID(below, diffID string) string {
	if below == "" {
		return diffID
	}
	sum := sha256.Sum256([]byte(below + " " + diffID))
	return "sha256:" + hex.EncodeToString(sum[:])
}

// keysOf are the two names that a layer can have. The first is for one that is
// the same over any others; the second for one that leans on those below it.
func keysOf(diffID, chain string) (alone, leaning string) {
	return diffID[len("sha256:"):], "chain-" + chain[len("sha256:"):]
}

// layer sees to it that a layer is there, and returns its key.
func (u *unpacking) layer(ctx context.Context, n int, chain string) (string, error) {
	alone, leaning := keysOf(u.image.Config.RootFS.DiffIDs[n], chain)
	lock, err := u.Work(ctx, leaning)
	if err != nil {
		return "", err
	}
	defer lock.Close()
	for _, key := range []string{leaning, alone} {
		if _, err := os.Lstat(u.Path("layers", key)); err == nil {
			return key, nil
		}
	}
	tmp, err := os.MkdirTemp(u.Path("work"), "layer-")
	if err != nil {
		return "", err
	}
	key := alone
	leans, err := u.unpackInto(ctx, tmp, n)
	if leans {
		key = leaning
	}
	if err == nil {
		err = unix.Rename(tmp, u.Path("layers", key))
	}
	if errors.Is(err, unix.EEXIST) || errors.Is(err, unix.ENOTEMPTY) {
		err = nil // somebody had it in another image meanwhile
		return key, errors.Join(err, rootfs.Remove(tmp))
	}
	if err != nil {
		return "", errors.Join(err, rootfs.Remove(tmp))
	}
	return key, nil
}

func (u *unpacking) unpackInto(ctx context.Context, dir string, n int) (leans bool, err error) {
	layer, diffID := u.image.Manifest.Layers[n], u.image.Config.RootFS.DiffIDs[n]
	f, err := os.Open(u.Blob(layer.Digest))
	if err != nil {
		return false, err
	}
	defer f.Close()
	done, end := u.begin(layer.Digest, "unpack", layer.Size)
	defer end()
	opts := rootfs.Options{
		Size:         layer.Size,
		Progress:     func(bytes, _ int64, _ int) { done(bytes) },
		MaxBytes:     u.limit(),
		Together:     &u.room,
		Unterminated: true, // the digest tells whether it is whole
		Overlay:      true,
		Below:        func() ([]string, error) { return u.below(n) },
	}
	sum := sha256.New()
	if diffID != layer.Digest { // else it was summed when it came
		opts.Plain = sum
	}
	stats, err := rootfs.Unpack(ctx, f, dir, opts)
	if err != nil {
		return false, err
	}
	if got := "sha256:" + hex.EncodeToString(sum.Sum(nil)); opts.Plain != nil && got != diffID {
		return false, fmt.Errorf("%w: unpacked it is %s, not %s", ErrDigest, got, diffID)
	}
	return stats.Leans, nil
}

// below waits for the layers below one and returns their folders, the nearest
// first.
func (u *unpacking) below(n int) ([]string, error) {
	var dirs []string
	for n--; n >= 0; n-- {
		<-u.ready[n]
		if u.keys[n] == "" {
			return nil, errors.New("one of them could not be unpacked")
		}
		dirs = append(dirs, u.Path("layers", u.keys[n]))
	}
	return dirs, nil
}

// sum is the digest that an archive has without compression.
func sum(ctx context.Context, r io.Reader, most int64) (string, error) {
	plain, err := rootfs.Decompress(&stoppable{ctx, r})
	if err != nil {
		return "", err
	}
	defer plain.Close()
	h := sha256.New()
	err = copyBounded(ctx, h, plain, most)
	return "sha256:" + hex.EncodeToString(h.Sum(nil)), err
}
