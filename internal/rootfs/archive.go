package rootfs

import (
	"context"
	"errors"
	"io"
	"os"
)

// unpack makes the root of a key; the caller holds its lock.
func (s *store) unpack(ctx context.Context, k key, f *os.File, opts Options) (Stats, error) {
	state, err := fileState(f)
	if err != nil {
		return Stats{}, err
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return Stats{}, err
	}
	if fi, err := f.Stat(); err == nil && opts.Size == 0 {
		opts.Size = fi.Size()
	}
	tmp := s.path(k.String() + tmpSuffix)
	if err := Remove(tmp); err != nil {
		return Stats{}, err
	}
	if err := os.Mkdir(tmp, 0o700); err != nil {
		return Stats{}, err
	}
	return unpackVia(ctx, &unchanged{f, state}, tmp, s.path(k.String()), opts)
}

// unchanged reads a file and, at its end, checks that it is still the same.
type unchanged struct {
	f     *os.File
	state string
}

func (u *unchanged) Read(p []byte) (int, error) {
	n, err := u.f.Read(p)
	if err == io.EOF {
		if now, serr := fileState(u.f); serr != nil || now != u.state {
			return n, errors.Join(ErrChanged, serr)
		}
	}
	return n, err
}
