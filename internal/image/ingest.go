package image

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"os"

	"isle/internal/image/store"
	"isle/internal/rootfs"
)

// Library is a store that images are brought into.
type Library struct {
	*store.Store
	Limit    int64 // bytes that an image may unpack to; 0: rootfs.DefaultMaxBytes
	Progress Progress
}

// Progress is told how far the parts of an image are. Any of them may go on at
// the same time.
type Progress interface {
	// Begin says that something of total bytes (0: not known) starts, and returns
	// who is to be told how many bytes are done, and of its end.
	Begin(what, verb string, total int64) (done func(bytes int64), end func())
}

func (l *Library) begin(what, verb string, total int64) (func(int64), func()) {
	if l.Progress == nil {
		return func(int64) {}, func() {}
	}
	return l.Progress.Begin(what, verb, total)
}

func (l *Library) limit() int64 {
	if l.Limit > 0 {
		return l.Limit
	}
	return rootfs.DefaultMaxBytes
}

// ErrDigest: content is not what its digest says.
var ErrDigest = errors.New("content does not have the digest it should")

// blob is content on its way into the store, in a file of its own.
type blob struct {
	f    *os.File
	sum  hash.Hash
	size int64
}

func (l *Library) newBlob() (*blob, error) {
	f, err := os.CreateTemp(l.Path("work"), "blob-")
	if err != nil {
		return nil, err
	}
	return &blob{f: f, sum: sha256.New()}, nil
}

// Write implements io.Writer.
func (b *blob) Write(p []byte) (int, error) {
	b.sum.Write(p)
	b.size += int64(len(p))
	return b.f.Write(p)
}

func (b *blob) digest() string { return "sha256:" + hex.EncodeToString(b.sum.Sum(nil)) }

// discard removes the content, unless it was kept.
func (b *blob) discard() {
	b.f.Close()
	os.Remove(b.f.Name())
}

// keep gives the content its place. If it is there already that stays.
func (l *Library) keep(b *blob) (store.Descriptor, error) {
	d := store.Descriptor{Digest: b.digest(), Size: b.size}
	if l.HasBlob(d.Digest) {
		return d, nil
	}
	return d, os.Rename(b.f.Name(), l.Blob(d.Digest))
}

// put reads content of at most the limit into the store and checks its digest,
// if one is given.
func (l *Library) put(ctx context.Context, r io.Reader, want string, most int64) (store.Descriptor, error) {
	b, err := l.newBlob()
	if err != nil {
		return store.Descriptor{}, err
	}
	defer b.discard()
	if err := copyBounded(ctx, b, r, most); err != nil {
		return store.Descriptor{}, err
	}
	if got := b.digest(); want != "" && got != want {
		return store.Descriptor{}, fmt.Errorf("%w: it is %s, not %s", ErrDigest, got, want)
	}
	return l.keep(b)
}

// ErrLarge: there is more than the limit.
var ErrLarge = errors.New("it is larger than the limit")

func copyBounded(ctx context.Context, w io.Writer, r io.Reader, most int64) error {
	n, err := io.CopyBuffer(w, io.LimitReader(&stoppable{ctx, r}, most+1), make([]byte, 256<<10))
	if err == nil && n > most {
		err = fmt.Errorf("%w of %d bytes", ErrLarge, most)
	}
	return err
}

// stoppable ends with its context.
type stoppable struct {
	ctx context.Context
	r   io.Reader
}

// Read implements io.Reader.
func (s *stoppable) Read(p []byte) (int, error) {
	if err := s.ctx.Err(); err != nil {
		return 0, err
	}
	return s.r.Read(p)
}

// putJSON writes a document into the store.
func (l *Library) putJSON(ctx context.Context, mediaType string, v any) (store.Descriptor, error) {
	pr, pw := io.Pipe()
	go func() { pw.CloseWithError(json.NewEncoder(pw).Encode(v)) }()
	d, err := l.put(ctx, pr, "", store.MaxConfig)
	d.MediaType = mediaType
	return d, err
}

// readJSON reads a document of the store.
func (l *Library) readJSON(digest string, to any) error {
	data, err := l.bytes(digest, store.MaxConfig)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(data, to); err != nil {
		return fmt.Errorf("%s: %w", digest, err)
	}
	return nil
}

func (l *Library) bytes(digest string, most int64) ([]byte, error) {
	f, err := os.Open(l.Blob(digest))
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, most+1))
	if err == nil && int64(len(data)) > most {
		err = fmt.Errorf("%s: %w of %d bytes", digest, ErrLarge, most)
	}
	return data, err
}
