package run

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"strings"

	"golang.org/x/sys/unix"

	"isle/internal/cli/parent"
	"isle/internal/rootfs"
	"isle/ns"
	"isle/sandbox"
)

// UnpackCommand is the word by which isle runs itself in a user namespace to
// unpack an archive there. It is for no one else, and not in the help.
const UnpackCommand = "unpack-rootfs"

// unpackMapped gives the root of an archive with the owners that the user
// namespace of the island will have. An ordinary user can make files of
// subordinate ids only in a user namespace that maps them, so another isle does
// it in such a one.
func unpackMapped(ctx context.Context, file string, cmd *sandbox.Cmd) (*rootfs.Root, error) {
	dir, err := rootfs.CacheDir()
	if err != nil {
		return nil, err
	}
	opts := rootfs.Options{CacheDir: dir, Variant: variant(cmd)}
	for range 5 { // somebody may remove it between the making and the use
		root, err := rootfs.Lookup(file, opts)
		if root != nil || err != nil {
			return root, err
		}
		if err := unpackInside(ctx, file, opts, cmd); err != nil {
			return nil, err
		}
	}
	return nil, fmt.Errorf("unpack %s: it is removed from the cache again and again", file)
}

// variant names the ids that a root was unpacked with.
func variant(cmd *sandbox.Cmd) string {
	return strings.ReplaceAll(fmt.Sprint("ids ", cmd.UIDMap, cmd.GIDMap), " ", ",")
}

// unpackInside runs isle in a user namespace with the island's maps, to fill
// the cache. Its words on standard error are this command's own.
func unpackInside(ctx context.Context, file string, opts rootfs.Options, cmd *sandbox.Cmd) error {
	helper := sandbox.CommandContext(ctx, "/proc/self/exe", UnpackCommand, opts.CacheDir, opts.Variant, file)
	helper.Cancel = func() error { return helper.Process.Signal(unix.SIGTERM) }
	helper.Config = sandbox.Config{New: ns.Set(0).With(ns.User), UIDMap: cmd.UIDMap, GIDMap: cmd.GIDMap}
	helper.Stderr = os.Stderr
	err := helper.Run()
	var ended *sandbox.ExitError
	switch {
	case ctx.Err() != nil:
		return fmt.Errorf("unpack %s: %w", file, ctx.Err())
	case errors.As(err, &ended) && !ended.Status.Signaled():
		return errReported
	case err != nil:
		return fmt.Errorf("unpack %s in a user namespace: %w", file, err)
	}
	return nil
}

// errReported is a failure that another isle has told of already.
var errReported = errors.New("unpacking failed")

// UnpackMain is the other isle.
func UnpackMain(args []string) int {
	if len(args) != 3 {
		return parent.Engine.Report("isle", fmt.Errorf("%s is for isle itself", UnpackCommand))
	}
	ctx, stop := signal.NotifyContext(context.Background(), unix.SIGINT, unix.SIGTERM, unix.SIGHUP)
	defer stop()
	root, err := cached(ctx, args[2], rootfs.Options{CacheDir: args[0], Variant: args[1]})
	if err != nil {
		if ctx.Err() != nil {
			return parent.Engine.Failed // isle run says it
		}
		return parent.Engine.Report("isle", err)
	}
	root.Close()
	return 0
}
