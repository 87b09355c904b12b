package rootfs

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"golang.org/x/sys/unix"
)

// errBusy: somebody else has the lock.
var errBusy = errors.New("in use by another process")

// lock takes the lock of a name or answers errBusy. A lock file that was
// removed between opening and locking it is no lock.
func (s *store) lock(name string, how int) (*os.File, error) {
	f, err := os.OpenFile(s.path(name+lockSuffix), os.O_RDWR|os.O_CREATE|unix.O_NOFOLLOW, 0o600)
	if err != nil {
		return nil, err
	}
	err = unix.Flock(int(f.Fd()), how|unix.LOCK_NB)
	if err == nil {
		var held, there unix.Stat_t
		if unix.Fstat(int(f.Fd()), &held) == nil && unix.Stat(f.Name(), &there) == nil && held.Ino == there.Ino {
			return f, nil
		}
		err = unix.EWOULDBLOCK
	}
	f.Close()
	if err == unix.EWOULDBLOCK {
		return nil, errBusy
	}
	return nil, fmt.Errorf("lock %s: %w", f.Name(), err)
}

// A root is not synced to disk when it is made, which could take as long again.
// Instead its lock file says in which boot of the system it was made. If that
// is not this one the power may have failed before the kernel wrote it all, so
// it is not trusted, unless a run after settleTime has marked it: by then the
// kernel has long written it.
const (
	settleTime  = 5 * time.Minute
	settledMark = "on disk\n"
)

// bootID is different after every start of the kernel.
func bootID() []byte {
	id, err := os.ReadFile("/proc/sys/kernel/random/boot_id")
	if err != nil {
		return nil
	}
	return id
}

// stamp writes the boot into the lock file of a root just made.
func stamp(lock *os.File) error {
	if err := lock.Truncate(0); err != nil {
		return err
	}
	_, err := lock.WriteAt(bootID(), 0)
	return err
}

// settled tells whether a root made earlier can be trusted to be on disk, or in
// the memory of the kernel that made it.
func settled(lock *os.File) bool {
	fi, err := lock.Stat()
	if err != nil {
		return false
	}
	said, err := io.ReadAll(io.NewSectionReader(lock, 0, 64))
	switch {
	case err != nil || len(said) == 0:
		return false
	case string(said) == settledMark:
		return true
	case !bytes.Equal(said, bootID()):
		return false
	}
	if time.Since(fi.ModTime()) > settleTime && lock.Truncate(0) == nil {
		_, _ = lock.WriteAt([]byte(settledMark), 0)
	}
	return true
}
