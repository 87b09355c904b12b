package run

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"

	"golang.org/x/sys/unix"

	"isle/internal/rootfs"
	"isle/sandbox"
)

// root chooses the root directory. What it returns is nil unless that is made
// of an archive.
func (o *Options) root(cmd *sandbox.Cmd) (*rootfs.Root, error) {
	cmd.Root = &sandbox.Root{Dir: o.RootFS, Keep: o.Keep, ReadOnly: o.ReadOnly, Overlay: o.RootFS == ""}
	cmd.Mounts = o.Mounts
	if o.RootFS == "" {
		return nil, nil
	}
	info, err := os.Stat(o.RootFS)
	switch {
	case err != nil:
		return nil, fmt.Errorf("root file system: %w", err)
	case info.IsDir():
		cmd.Root.Overlay = o.Keep != ""
		return nil, nil
	}
	root, err := unpack(o.RootFS, cmd)
	if err != nil {
		return nil, err
	}
	cmd.Root.Dir, cmd.Root.Overlay = root.Dir, true
	return root, nil
}

// unpack gives the root of an archive: with the owners that it records where
// the caller has the ids for them, otherwise with the caller as the owner. A
// signal ends it with nothing left half-made.
func unpack(file string, cmd *sandbox.Cmd) (*rootfs.Root, error) {
	ctx, stop := signal.NotifyContext(context.Background(), unix.SIGINT, unix.SIGTERM, unix.SIGHUP)
	defer stop()
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
