package rootfs

import (
	"archive/tar"
	"fmt"
	"math"
	"os"
	"strconv"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// omit leaves the access time as it is.
const omit = (1 << 30) - 2 // UTIME_OMIT of utimensat(2)

func timespec(t time.Time) unix.Timespec {
	return unix.Timespec{Sec: t.Unix(), Nsec: int64(t.Nanosecond())}
}

// futimens sets a modification time by descriptor. The wrappers of x/sys insist
// on a path, which costs another look-up for each file.
func futimens(fd int, mtime unix.Timespec) error {
	ts := [2]unix.Timespec{{Nsec: omit}, mtime}
	_, _, errno := unix.Syscall6(unix.SYS_UTIMENSAT, uintptr(fd), 0, uintptr(unsafe.Pointer(&ts)), 0, 0, 0)
	if errno != 0 {
		return fmt.Errorf("set time: %w", errno)
	}
	return nil
}

// utimens sets the modification time of something that cannot be opened.
func utimens(p place, mtime unix.Timespec) error {
	ts := []unix.Timespec{{Nsec: omit}, mtime}
	if err := unix.UtimesNanoAt(p.fd, p.base, ts, unix.AT_SYMLINK_NOFOLLOW); err != nil {
		return fmt.Errorf("set time: %w", err)
	}
	return nil
}

// dresser gives things their owner, mode and attributes, and counts what it
// could not give.
type dresser struct {
	chown  func(uid, gid int) (int, int, bool) // Options.Chown
	super  bool                                // the caller is user 0
	caller ids                                 // owner of what the caller makes
	plain  bool                                // and nothing in the root changes that
	stats  Stats
}

// ids is an owner as an entry records it.
type ids struct{ uid, gid int }

func owner(h *tar.Header) (ids, error) {
	// The last id of 32 bits means "no change" to chown(2).
	if h.Uid < 0 || h.Gid < 0 || int64(h.Uid) >= math.MaxUint32 || int64(h.Gid) >= math.MaxUint32 {
		return ids{}, fmt.Errorf("%w: owner %d:%d", ErrEntry, h.Uid, h.Gid)
	}
	return ids{h.Uid, h.Gid}, nil
}

// own calls chown with the owner that the recorded one becomes, unless it is
// the caller anyway, and tells whether the thing has its owner now.
func (d *dresser) own(id ids, chown func(uid, gid int) error) (bool, error) {
	uid, gid, ok := id.uid, id.gid, d.super
	if d.chown != nil {
		uid, gid, ok = d.chown(id.uid, id.gid)
	}
	if ok && d.plain && (ids{uid, gid} == d.caller) {
		return true, nil
	}
	if ok {
		err := chown(uid, gid)
		if err == nil {
			return true, nil
		}
		// User 0 of a user namespace may own fewer ids than the archive uses.
		if d.chown != nil || (err != unix.EINVAL && err != unix.EPERM) {
			return false, fmt.Errorf("set owner %d:%d: %w", uid, gid, err)
		}
	}
	d.stats.Owners++
	return false, nil
}

func mode(h *tar.Header) (uint32, error) {
	if h.Mode < 0 || h.Mode > math.MaxUint32 {
		return 0, fmt.Errorf("%w: mode %#o", ErrEntry, h.Mode)
	}
	return uint32(h.Mode) & 0o7777, nil
}

// fileMode gives the permission bits of what is not a directory. A set-id bit
// means the owner it was recorded with; if that owner is lost, so is the bit,
// lest the program of one account gain the rights of another. User 0 is the
// exception: the caller, who takes its place, owns the root.
func (d *dresser) fileMode(h *tar.Header, owned bool) (uint32, error) {
	mode, err := mode(h)
	if err != nil || owned {
		return mode, err
	}
	keep := mode
	if h.Uid != 0 {
		keep &^= unix.S_ISUID
	}
	if h.Gid != 0 {
		keep &^= unix.S_ISGID
	}
	if keep != mode {
		d.stats.SetIDs++
	}
	return keep, nil
}

// chmodPath changes the mode of what an O_PATH descriptor refers to, on kernels
// without fchmodat2 as well.
func chmodPath(fd int, mode uint32) error {
	if err := unix.Chmod("/proc/self/fd/"+strconv.Itoa(fd), mode); err != nil {
		return fmt.Errorf("set mode %o: %w", mode, err)
	}
	return nil
}

// fdPath is the path the kernel knows a descriptor by.
func fdPath(fd int) (string, error) {
	return os.Readlink("/proc/self/fd/" + strconv.Itoa(fd))
}
