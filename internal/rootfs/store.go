package rootfs

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/sys/unix"
)

// store is the cache on disk. For each key there is KEY.lock, locked (flock) by
// all who use the root and exclusively by one who makes or removes it; KEY, the
// root, there only when whole; and KEY.tmp while it is made or removed. So a
// KEY.tmp whose lock is free was left behind by a process that died.
type store struct{ dir string }

const (
	lockSuffix = ".lock"
	tmpSuffix  = ".tmp"
)

// openStore makes the cache directory. It is closed to others, for a root holds
// set-id programs that are not theirs to run.
func openStore(dir string) (*store, error) {
	if dir == "" {
		var err error
		if dir, err = CacheDir(); err != nil {
			return nil, err
		}
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	var st unix.Stat_t
	if err := unix.Stat(dir, &st); err != nil {
		return nil, fmt.Errorf("stat %s: %w", dir, err)
	}
	if int(st.Uid) != os.Geteuid() {
		return nil, fmt.Errorf("cache %s belongs to user %d", dir, st.Uid)
	}
	if st.Mode&0o077 != 0 {
		if err := os.Chmod(dir, 0o700); err != nil {
			return nil, err
		}
	}
	return &store{dir}, nil
}

func (s *store) path(name string) string { return filepath.Join(s.dir, name) }

// has tells whether there is a root of that name.
func (s *store) has(name string) bool {
	_, err := os.Lstat(s.path(name))
	return err == nil
}

// hit gives the root of that key, or nil if it is not there.
func (s *store) hit(k key) (*Root, error) {
	l, err := s.lock(k.String(), unix.LOCK_SH)
	if err != nil {
		return nil, err
	}
	if !s.has(k.String()) || !settled(l) {
		l.Close()
		return nil, nil
	}
	return &Root{Dir: s.path(k.String()), Hit: true, lock: l}, nil
}

// fill makes the root of that key. It gives nil if somebody else did so first.
func (s *store) fill(ctx context.Context, k key, f *os.File, opts Options) (*Root, error) {
	l, err := s.lock(k.String(), unix.LOCK_EX)
	if err != nil {
		return nil, err
	}
	keep := false
	defer func() {
		if !keep {
			l.Close()
		}
	}()
	if s.has(k.String()) {
		if settled(l) {
			return nil, nil
		}
		if err := s.remove(k.String()); err != nil {
			return nil, err
		}
	}
	s.sweep(k)
	stats, err := s.unpack(ctx, k, f, opts)
	if err != nil {
		return nil, err
	}
	if err := stamp(l, bootID(), k.archive); err != nil {
		return nil, err
	}
	// Changing an exclusive lock to a shared one lets others in between, who
	// might remove the root: look again.
	if err := unix.Flock(int(l.Fd()), unix.LOCK_SH); err != nil {
		return nil, fmt.Errorf("lock %s: %w", l.Name(), err)
	}
	keep = s.has(k.String())
	if !keep {
		return nil, nil
	}
	return &Root{Dir: s.path(k.String()), Stats: stats, lock: l}, nil
}

// remove removes a root, or what is left of one; the caller holds its lock. It
// is renamed first, so that half a root never has a root's name.
func (s *store) remove(name string) error {
	tmp := s.path(name + tmpSuffix)
	if err := Remove(tmp); err != nil {
		return err
	}
	err := os.Rename(s.path(name), tmp)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	return Remove(tmp)
}

// sweep removes what nobody needs: roots left half made, roots of earlier states
// of the archive k is about, and roots whose archive is gone. What is in use stays. It is housekeeping:
// what cannot be removed now will be another time.
func (s *store) sweep(k key) {
	entries, _ := os.ReadDir(s.dir)
	for _, e := range entries {
		name, isLock := strings.CutSuffix(e.Name(), lockSuffix)
		if !isLock || name == k.String() {
			continue
		}
		l, err := s.lock(name, unix.LOCK_EX)
		if err != nil {
			continue
		}
		needed := s.has(name) && !strings.HasPrefix(name, k.which+"-") && !orphaned(l)
		if !needed && s.remove(name) == nil {
			_ = os.Remove(l.Name())
		}
		l.Close()
	}
}
