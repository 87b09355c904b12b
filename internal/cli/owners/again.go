package owners

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"isle/internal/idmap"
	"isle/ns"
	"isle/sandbox"
)

// Again executes this program once more, with these words, and returns its exit
// status. Without subordinate ids it does not, and says why in missing.
func Again(args []string) (status int, missing string, err error) {
	maps, err := idmap.Rootless(idmap.Local())
	switch {
	case err != nil:
		return 1, "", fmt.Errorf("subordinate ids: %w", err)
	case maps.Missing != "":
		return 0, maps.Missing, nil
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP)
	defer stop()
	cmd := sandbox.CommandContext(ctx, "/proc/self/exe", args...)
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	cmd.Config = sandbox.Config{New: ns.Set(0).With(ns.User), UIDMap: ranges(maps.Users), GIDMap: ranges(maps.Groups), DeathSignal: syscall.SIGTERM}
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	err = cmd.Run()
	var ended *sandbox.ExitError
	switch {
	case err == nil:
		return 0, "", nil
	case errors.As(err, &ended):
		return max(1, ended.Status.ExitStatus()), "", nil
	case ctx.Err() != nil:
		err = context.Cause(ctx)
	}
	return 1, "", fmt.Errorf("enter a user namespace: %w", err)
}

func ranges(m idmap.Map) (list []sandbox.IDMap) {
	for _, r := range m {
		list = append(list, sandbox.IDMap(r))
	}
	return list
}
