package rootfs

import (
	"archive/tar"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

// unpacker is one archive on its way into one root.
type unpacker struct {
	dresser
	ctx   context.Context
	opts  Options
	root  int  // descriptor of the root; everything is resolved beneath it
	fresh bool // the root was empty: nothing a whiteout could hide

	last  folder // the directory of the previous entry, still open
	stale bool   // last may have been removed

	tr       *tar.Reader
	buf      []byte
	room     int64               // bytes that may still be written
	finisher *finisher           // completes files
	dirs     map[string]settings // directories to settle at the end, by real path
	made     map[string]bool     // real paths of this archive and their parents, unless fresh
	skipped  map[string]bool     // devices left out, so hard links to them are too
	opaque   map[string]bool     // directories that hide those below, by real path
	below    []int               // descriptors of the layers below, once they were asked for
}

// Unpack reads a tar archive, compressed with gzip, zstd, xz, bzip2 or not at
// all, into the existing directory dir. If dir is not empty the archive is
// applied as a layer: whiteouts remove what was there before.
//
// A later entry replaces an earlier one of the same name. Directories get their
// modes and times at the end. On an error what was made so far is still there:
// UnpackTo is the form that leaves nothing.
func Unpack(ctx context.Context, r io.Reader, dir string, opts Options) (Stats, error) {
	u := &unpacker{
		dresser: dresser{chown: opts.Chown, super: os.Geteuid() == 0, caller: ids{os.Geteuid(), os.Getegid()}},
		ctx:     ctx,
		opts:    opts.bounded(),
		buf:     make([]byte, 256<<10),
		dirs:    map[string]settings{},
		made:    map[string]bool{},
	}
	if opts.Overlay {
		u.opts.rootMode = 0o755
	}
	if err := u.openRoot(dir); err != nil {
		return Stats{}, err
	}
	defer u.close()
	u.finisher = newFinisher(u.dresser)
	err := u.read(r)
	late, lateErr := u.finisher.wait()
	u.stats.Owners += late.Owners
	u.stats.Xattrs += late.Xattrs
	u.stats.SetIDs += late.SetIDs
	if err = cmp.Or(lateErr, err); err != nil {
		return u.stats, err
	}
	return u.stats, u.settle()
}

func (u *unpacker) openRoot(dir string) error {
	fd, err := unix.Open(dir, unix.O_RDONLY|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
	if err != nil {
		return fmt.Errorf("open root %s: %w", dir, err)
	}
	u.root, u.last = fd, folder{fd: -1}
	names, err := listDir(fd, 1)
	if err != nil {
		unix.Close(fd)
		return fmt.Errorf("read root %s: %w", dir, err)
	}
	u.fresh = len(names) == 0
	u.room = freeSpace(fd)
	return u.adopt(folder{fd: fd})
}

func (u *unpacker) close() {
	u.last.close(u.root)
	unix.Close(u.root)
	for _, fd := range u.below {
		unix.Close(fd)
	}
}

// read applies every entry and checks that the archive ended as one does.
func (u *unpacker) read(r io.Reader) error {
	src := &source{ctx: u.ctx, r: r, report: func(done int64) {
		if u.opts.Progress != nil {
			u.opts.Progress(done, u.opts.Size, u.stats.Entries)
		}
	}}
	plain, err := decompress(src)
	if err != nil {
		return u.readError(err)
	}
	defer plain.Close()
	in := &boundedReader{r: plain, left: u.opts.rawLimit()}
	if u.opts.Plain != nil {
		in.r = io.TeeReader(plain, u.opts.Plain)
	}
	u.tr = tar.NewReader(in)
	for {
		h, err := u.tr.Next()
		if err == io.EOF {
			break
		}
		if err == nil {
			err = u.entry(h)
		}
		if err != nil {
			return u.readError(err)
		}
	}
	if in.eof && !u.opts.Unterminated {
		return fmt.Errorf("%w: it stops without its end mark after %d entries; is it cut short?", ErrCorrupt, u.stats.Entries)
	}
	// The rest is padding; reading it lets the decompressor check its sums.
	_, err = io.CopyBuffer(struct{ io.Writer }{io.Discard}, struct{ io.Reader }{in}, u.buf)
	return u.readError(err)
}

// readError names the cause: the caller's wish to stop, the system, a bound, or
// else, since nothing else is left, damage of the archive.
func (u *unpacker) readError(err error) error {
	var errno syscall.Errno
	switch {
	case err == nil:
		return nil
	case u.ctx.Err() != nil:
		return u.ctx.Err()
	case errors.As(err, &errno), errors.Is(err, ErrLimit), errors.Is(err, ErrCorrupt),
		errors.Is(err, ErrEscape), errors.Is(err, ErrEntry), errors.Is(err, ErrChanged):
		return err
	case errors.Is(err, tar.ErrHeader) && u.stats.Entries == 0:
		return fmt.Errorf("%w: it is not a tar archive: %w", ErrCorrupt, err)
	case errors.Is(err, io.ErrUnexpectedEOF):
		return fmt.Errorf("%w: it is cut short after %d entries: %w", ErrCorrupt, u.stats.Entries, err)
	}
	return fmt.Errorf("%w after %d entries: %w", ErrCorrupt, u.stats.Entries, err)
}

// count takes one more entry out of the bound.
func (u *unpacker) count() error {
	if u.stats.Entries++; u.stats.Entries > u.opts.MaxEntries {
		return fmt.Errorf("%w: more than %d entries", ErrLimit, u.opts.MaxEntries)
	}
	return nil
}
