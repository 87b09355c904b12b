package rootfs

import (
	"archive/tar"
	"fmt"
	"io"
	"strings"

	"golang.org/x/sys/unix"
)

// file makes a regular file. It is the caller's alone until it is complete;
// O_EXCL makes sure that nothing that was there is written to.
func (u *unpacker) file(p place, h *tar.Header) error {
	id, err := owner(h)
	if err != nil {
		return err
	}
	if err := u.take(h.Size); err != nil {
		return err
	}
	fd := -1
	err = u.put(p, func() (err error) {
		fd, err = unix.Openat(p.fd, p.base, unix.O_WRONLY|unix.O_CREAT|unix.O_EXCL|unix.O_NOFOLLOW|unix.O_CLOEXEC, 0o600)
		return err
	})
	if err != nil {
		return fmt.Errorf("make file: %w", err)
	}
	j := job{fd: fd, h: h, id: id}
	if j.data, err = u.contents(fd, h); err != nil {
		unix.Close(fd)
		return err
	}
	u.finisher.take(j)
	return nil
}

// take takes the size of a file out of the bounds.
func (u *unpacker) take(size int64) error {
	if size > u.opts.MaxBytes-u.stats.Bytes {
		return fmt.Errorf("%w: files of more than %d bytes", ErrLimit, u.opts.MaxBytes)
	}
	if u.opts.Together != nil && u.opts.Together.Add(-size) < 0 {
		return fmt.Errorf("%w: with others, files of more bytes than all may have", ErrLimit)
	}
	u.stats.Bytes += size
	return nil
}

// contents reads those of a small file, for the finisher to write, and itself
// writes those of others.
func (u *unpacker) contents(fd int, h *tar.Header) ([]byte, error) {
	if h.Size > smallFile || isSparse(h) {
		return nil, u.copy(fd, h)
	}
	if err := u.spend(h.Size); err != nil || h.Size == 0 {
		return nil, err
	}
	data := u.finisher.buffer()[:h.Size]
	_, err := io.ReadFull(u.tr, data)
	return data, cutShort(err)
}

// cutShort: a file that has none of the bytes it should is not an end either.
func cutShort(err error) error {
	if err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}

// copy writes the contents. A file recorded with holes gets its holes back.
func (u *unpacker) copy(fd int, h *tar.Header) error {
	sparse := isSparse(h)
	for at := int64(0); at < h.Size; {
		if err := u.ctx.Err(); err != nil {
			return err
		}
		n, err := io.ReadFull(u.tr, u.buf[:min(int64(len(u.buf)), h.Size-at)])
		if err != nil {
			return cutShort(err)
		}
		if sparse {
			err = u.writeData(fd, u.buf[:n], at)
		} else {
			err = u.writeAll(fd, u.buf[:n], at)
		}
		if err != nil {
			return fmt.Errorf("write: %w", err)
		}
		at += int64(n)
	}
	if sparse {
		if err := unix.Ftruncate(fd, h.Size); err != nil {
			return fmt.Errorf("set size %d: %w", h.Size, err)
		}
	}
	return nil
}

func isSparse(h *tar.Header) bool {
	if h.Typeflag == tar.TypeGNUSparse {
		return true
	}
	for key := range h.PAXRecords {
		if strings.HasPrefix(key, "GNU.sparse.") {
			return true
		}
	}
	return false
}
