package image

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"

	"isle/internal/image/registry"
	"isle/internal/image/store"
)

type readCloser = io.ReadCloser

// countedFile is a file whose reading is told.
type countedFile struct {
	counted
	f *os.File
}

// Close implements io.Closer.
func (c *countedFile) Close() error { return c.f.Close() }

// download fetches content into the store, unless it is there, and goes on where
// another download of it was cut off. One process at a time fetches it.
func (l *Library) download(ctx context.Context, r *registry.Repository, d store.Descriptor) error {
	file := "partial-" + d.Digest[len("sha256:"):]
	lock, err := l.Work(ctx, file)
	if err != nil {
		return err
	}
	defer lock.Close()
	if l.HasBlob(d.Digest) {
		return nil
	}
	f, err := os.OpenFile(l.Path("work", file), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	defer f.Close()
	done, end := l.begin(d.Digest, "fetch", d.Size)
	defer end()
	p := &partial{f: f, d: d, done: done}
	resumed, err := p.resume()
	if err == nil {
		err = p.fetch(ctx, r)
	}
	if errors.Is(err, ErrDigest) && resumed { // what was there may be to blame
		if err = p.restart(); err == nil {
			err = p.fetch(ctx, r)
		}
	}
	if errors.Is(err, ErrDigest) || errors.Is(err, ErrLarge) {
		os.Remove(f.Name()) // nothing to go on with
	}
	if err != nil {
		return err
	}
	return os.Rename(f.Name(), l.Blob(d.Digest))
}

// partial is content of which the beginning is there.
type partial struct {
	f    *os.File
	d    store.Descriptor
	b    *blob
	done func(int64)
}

// resume sums what an earlier download left.
func (p *partial) resume() (some bool, err error) {
	info, err := p.f.Stat()
	if err != nil || info.Size() == 0 || info.Size() > p.d.Size {
		return false, errors.Join(err, p.restart())
	}
	p.b = &blob{f: p.f, sum: sha256.New()}
	p.b.size, err = io.Copy(p.b.sum, p.f)
	return true, err
}

func (p *partial) restart() error {
	p.b = &blob{f: p.f, sum: sha256.New()}
	_, err := p.f.Seek(0, io.SeekStart)
	return errors.Join(err, p.f.Truncate(0))
}

// fetch gets the rest. A connection that breaks is no failure as long as each
// brings something.
func (p *partial) fetch(ctx context.Context, r *registry.Repository) error {
	for try := 1; p.b.size < p.d.Size || p.d.Size == 0; {
		before := p.b.size
		err := p.some(ctx, r)
		if err == nil {
			break
		}
		if p.b.size > before {
			try = 1
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if errors.Is(err, ErrLarge) || registry.Lasting(err) || try >= r.Tries() {
			return err
		}
		if err := r.Pause(ctx, try, err); err != nil {
			return err
		}
		try++
	}
	if got := p.b.digest(); got != p.d.Digest {
		return fmt.Errorf("%w: it is %s", ErrDigest, got)
	}
	return nil
}

// some makes one request.
func (p *partial) some(ctx context.Context, r *registry.Repository) error {
	body, from, err := r.Blob(ctx, p.d.Digest, p.b.size)
	if err != nil {
		return err
	}
	defer body.Close()
	if from != p.b.size {
		if err := p.restart(); err != nil {
			return err
		}
	}
	start := p.b.size
	err = copyBounded(ctx, p.b, &counted{r: body, done: func(n int64) { p.done(start + n) }}, p.d.Size-start)
	if errors.Is(err, ErrLarge) {
		return fmt.Errorf("%w: the registry sends more than the %d bytes that the manifest says", ErrLarge, p.d.Size)
	}
	if err == nil && p.b.size < p.d.Size {
		err = io.ErrUnexpectedEOF
	}
	return err
}
