package run

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"isle/internal/rootfs"
	"isle/sandbox"
)

// root chooses the root directory. The returned function lets go of it.
func (o *Options) root(ctx context.Context, cmd *sandbox.Cmd) (release func(), err error) {
	release = func() {}
	cmd.Root = &sandbox.Root{Dir: o.RootFS, Keep: o.Keep, ReadOnly: o.ReadOnly, Overlay: o.RootFS == ""}
	cmd.Mounts = o.Mounts
	if o.RootFS == "" {
		return release, nil
	}
	info, err := os.Stat(o.RootFS)
	switch {
	case err != nil:
		return release, fmt.Errorf("root file system: %w", err)
	case info.IsDir():
		cmd.Root.Overlay = o.Keep != ""
		return release, nil
	}
	root, err := unpack(ctx, o.RootFS, cmd)
	if err != nil {
		return release, err
	}
	cmd.Root.Dir, cmd.Root.Overlay = root.Dir, true
	return func() { root.Close() }, nil
}

// unpack gives the root of an archive: with the owners that it records where
// the caller has the ids for them, otherwise with the caller as the owner.
func unpack(ctx context.Context, file string, cmd *sandbox.Cmd) (*rootfs.Root, error) {
	if len(cmd.UIDMap) > 1 && len(cmd.GIDMap) > 1 && !privileged() {
		return unpackMapped(ctx, file, cmd)
	}
	return cached(ctx, file, rootfs.Options{})
}

// cached unpacks an archive into the cache if it is not there, with a meter on
// a terminal.
func cached(ctx context.Context, file string, opts rootfs.Options) (*rootfs.Root, error) {
	if info, err := os.Stat(file); err == nil {
		opts.Size = info.Size()
	}
	meter := rootfs.Bar(os.Stderr, filepath.Base(file), opts.Size)
	opts.Progress = meter.Report
	root, err := rootfs.Cached(ctx, file, opts)
	meter.Done()
	return root, err
}

// rootDir is where files of the root can be read before it is one.
func rootDir(cmd *sandbox.Cmd) string {
	if cmd.Root.Dir == "" {
		return "/"
	}
	return cmd.Root.Dir
}
