package rootfs

import (
	"bytes"
	"fmt"
	"math"

	"golang.org/x/sys/unix"
)

// freeSpace tells how many bytes an archive may write: what the file system has
// left, less a twentieth for everybody else. A file system that does not know
// its size sets no bound.
func freeSpace(fd int) int64 {
	var st unix.Statfs_t
	if err := unix.Fstatfs(fd, &st); err != nil || st.Blocks == 0 || st.Bsize <= 0 {
		return math.MaxInt64
	}
	free := st.Bavail - st.Bavail/20
	if free > uint64(math.MaxInt64/st.Bsize) {
		return math.MaxInt64
	}
	return int64(free) * st.Bsize
}

// spend takes n bytes to be written out of what is left.
func (u *unpacker) spend(n int64) error {
	if u.room -= n; u.room < 0 {
		return fmt.Errorf("%w: the file system is too full for it", ErrLimit)
	}
	return nil
}

func (u *unpacker) writeAll(fd int, data []byte, at int64) error {
	if err := u.spend(int64(len(data))); err != nil {
		return err
	}
	return writeAll(fd, data, at)
}

// writeAll writes all of data at an offset.
func writeAll(fd int, data []byte, at int64) error {
	for len(data) > 0 {
		n, err := unix.Pwrite(fd, data, at)
		if err == unix.EINTR {
			continue
		}
		if err != nil {
			return err
		}
		data, at = data[n:], at+int64(n)
	}
	return nil
}

// hole is the smallest piece left out of a sparse file: a page, and the block
// of usual file systems.
const hole = 4096

// writeData writes data but for whole blocks of zeros, which stay holes. at
// must be a multiple of hole.
func (u *unpacker) writeData(fd int, data []byte, at int64) error {
	start := 0 // of the run of blocks to write
	for i := 0; i < len(data); i += hole {
		end := min(i+hole, len(data))
		if !isZero(data[i:end]) {
			continue
		}
		if err := u.writeAll(fd, data[start:i], at+int64(start)); err != nil {
			return err
		}
		start = end
	}
	return u.writeAll(fd, data[start:], at+int64(start))
}

// isZero compares a block with itself, one byte on: as fast as comparing memory.
func isZero(b []byte) bool {
	return b[0] == 0 && bytes.Equal(b[1:], b[:len(b)-1])
}
