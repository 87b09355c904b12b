package tree

import (
	"context"
	"io"

	"golang.org/x/sys/unix"

	"isle/internal/rootfs"
)

// Owner gives what is copied its owner, whoever it belonged to.
type Owner struct{ UID, GID int }

// Put unpacks an archive into a folder, which is there: what it has of the same
// name is replaced. With overwrite a folder may take the place of a file, and the
// other way round. Without an owner everything keeps those that the archive says,
// as far as the caller may give them.
func Put(ctx context.Context, r Root, folder string, in io.Reader, owner *Owner, overwrite bool) error {
	fd, err := r.Open(folder)
	if err != nil {
		return err
	}
	defer unix.Close(fd)
	opts := rootfs.Options{Merge: true, Overwrite: overwrite}
	if owner != nil {
		opts.Chown = func(int, int) (int, int, bool) { return owner.UID, owner.GID, true }
	}
	_, err = rootfs.Unpack(ctx, in, procPath(fd), opts)
	return err
}
