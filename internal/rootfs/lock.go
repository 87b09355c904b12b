package rootfs

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
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
// kernel has long written it. The second line is the path of the archive.
const (
	settleTime  = 5 * time.Minute
	settledMark = "on disk"
)

// bootID is different after every start of the kernel.
func bootID() string {
	id, err := os.ReadFile("/proc/sys/kernel/random/boot_id")
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(id))
}

// stamp writes the lock file of a root just made.
func stamp(lock *os.File, state, archive string) error {
	if err := lock.Truncate(0); err != nil {
		return err
	}
	_, err := lock.WriteAt([]byte(state+"\n"+archive), 0)
	return err
}

// stamped reads what stamp wrote; both are empty if there is nothing.
func stamped(lock *os.File) (state, archive string) {
	said, err := io.ReadAll(io.NewSectionReader(lock, 0, 2*unix.PathMax))
	if err != nil {
		return "", ""
	}
	state, archive, _ = strings.Cut(string(said), "\n")
	return state, archive
}

// settled tells whether a root made earlier can be trusted to be on disk, or in
// the memory of the kernel that made it.
func settled(lock *os.File) bool {
	state, archive := stamped(lock)
	if state == "" || (state != settledMark && state != bootID()) {
		return false
	}
	fi, err := lock.Stat()
	if err == nil && state != settledMark && time.Since(fi.ModTime()) > settleTime {
		_ = stamp(lock, settledMark, archive)
	}
	return true
}

// orphaned tells whether the archive of a root is gone, so that nobody can ask
// for that root again.
func orphaned(lock *os.File) bool {
	_, archive := stamped(lock)
	if archive == "" {
		return false
	}
	_, err := os.Lstat(archive)
	return errors.Is(err, os.ErrNotExist)
}
