package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"slices"
	"syscall"

	cli "isle/internal/cli/image"
	"isle/internal/getopt"
	"isle/internal/idmap"
	"isle/internal/image/store"
	"isle/ns"
	"isle/sandbox"
)

// enter runs this program again in a user namespace with the user's subordinate
// ids, and ends as it does. Without such ids it goes on here: all files are the
// user's own then.
func enter(prog string, c *cli.Command, args []string) int {
	dir, err := store.Where()
	if err != nil {
		getopt.Fail(prog, err, os.Stderr)
		return 1
	}
	args = append([]string{inside + dir}, args...)
	maps, err := idmap.Rootless(idmap.Local())
	switch {
	case err != nil:
		getopt.Fail(prog, fmt.Errorf("subordinate ids: %w", err), os.Stderr)
		return 1
	case maps.Missing != "":
		if brings(c) && !c.Has("quiet") {
			fmt.Fprintf(os.Stderr, "note: files of an image will all be yours: %s\n", maps.Missing)
		}
		return run(args)
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP)
	defer stop()
	cmd := sandbox.CommandContext(ctx, "/proc/self/exe", args...)
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	cmd.Config = sandbox.Config{New: ns.Set(0).With(ns.User), UIDMap: idMaps(maps.Users), GIDMap: idMaps(maps.Groups), DeathSignal: syscall.SIGTERM}
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	err = cmd.Run()
	var ended *sandbox.ExitError
	switch {
	case err == nil:
		return 0
	case errors.As(err, &ended):
		return max(1, ended.Status.ExitStatus())
	case ctx.Err() != nil:
		err = context.Cause(ctx)
	}
	getopt.Fail(prog, fmt.Errorf("enter a user namespace: %w", err), os.Stderr)
	return 1
}

// brings says whether a command makes files that have owners.
func brings(c *cli.Command) bool {
	return slices.Contains([]string{"import", "load", "pull"}, c.Name)
}

func idMaps(m idmap.Map) (list []sandbox.IDMap) {
	for _, r := range m {
		list = append(list, sandbox.IDMap{Inside: r.Inside, Outside: r.Outside, Count: r.Count})
	}
	return list
}
