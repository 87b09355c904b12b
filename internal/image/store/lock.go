package store

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"golang.org/x/sys/unix"
)

// Lock is a lock that is held until it is closed, or its process ends.
type Lock struct{ f *os.File }

// Close lets go of it.
func (l *Lock) Close() error { return l.f.Close() }

// ErrBusy: somebody else has the lock.
var ErrBusy = errors.New("in use by another process")

// Use keeps everything in the store for as long as the lock is held: who adds to
// it, or reads what may lose its name, has it, together with others.
func (s *Store) Use(ctx context.Context) (*Lock, error) { return s.lock(ctx, "use.lock", unix.LOCK_SH) }

// Alone is for who takes things away: nobody else has the lock Use or this one.
// It is ErrBusy if somebody has.
func (s *Store) Alone() (*Lock, error) { return s.try("use.lock", unix.LOCK_EX) }

// AloneWait waits for what Alone tries.
func (s *Store) AloneWait(ctx context.Context) (*Lock, error) {
	return s.lock(ctx, "use.lock", unix.LOCK_EX)
}

// Work locks one thing that is being made. The caller holds Use.
func (s *Store) Work(ctx context.Context, what string) (*Lock, error) {
	return s.lock(ctx, "work/"+what+".lock", unix.LOCK_EX)
}

// lock waits for a lock. A blocking flock(2) could not be given up.
func (s *Store) lock(ctx context.Context, file string, how int) (*Lock, error) {
	for pause := time.Millisecond; ; pause = min(2*pause, 50*time.Millisecond) {
		l, err := s.try(file, how)
		if !errors.Is(err, ErrBusy) {
			return l, err
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(pause):
		}
	}
}

func (s *Store) try(file string, how int) (*Lock, error) {
	f, err := os.OpenFile(s.Path(file), os.O_RDWR|os.O_CREATE|unix.O_NOFOLLOW, 0o600)
	if err != nil {
		return nil, err
	}
	err = unix.Flock(int(f.Fd()), how|unix.LOCK_NB)
	if err == nil {
		return &Lock{f}, nil
	}
	f.Close()
	if err == unix.EWOULDBLOCK {
		return nil, ErrBusy
	}
	return nil, fmt.Errorf("lock %s: %w", f.Name(), err)
}
