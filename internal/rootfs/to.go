package rootfs

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"
)

// UnpackTo unpacks an archive into the directory final, which must not exist,
// whole or not at all: it is made under another name beside it and renamed.
func UnpackTo(ctx context.Context, r io.Reader, final string, opts Options) (Stats, error) {
	final = filepath.Clean(final)
	tmp, err := os.MkdirTemp(filepath.Dir(final), "."+filepath.Base(final)+".unpack-")
	if err != nil {
		return Stats{}, err
	}
	return unpackVia(ctx, r, tmp, final, opts)
}

// unpackVia unpacks into the empty private directory tmp and renames it.
func unpackVia(ctx context.Context, r io.Reader, tmp, final string, opts Options) (stats Stats, err error) {
	defer func() {
		if err == nil {
			return
		}
		if rerr := Remove(tmp); rerr != nil {
			err = fmt.Errorf("%w (and %w)", err, rerr)
		}
	}()
	// An access list that the parent hands down would end up on every file.
	_ = unix.Removexattr(tmp, "system.posix_acl_default")
	opts.rootMode = 0o755
	if stats, err = Unpack(ctx, r, tmp, opts); err != nil {
		return stats, err
	}
	if isImage(tmp) {
		return stats, ErrImage
	}
	if err := unix.Renameat2(unix.AT_FDCWD, tmp, unix.AT_FDCWD, final, unix.RENAME_NOREPLACE); err != nil {
		return stats, fmt.Errorf("rename to %s: %w", final, err)
	}
	return stats, nil
}

// isImage tells whether what was unpacked is what docker save or an OCI image
// tool writes: layers that are archives in turn.
func isImage(root string) bool {
	has := func(name string) bool {
		_, err := os.Lstat(filepath.Join(root, name))
		return err == nil
	}
	return has("oci-layout") || (has("manifest.json") && has("repositories"))
}
