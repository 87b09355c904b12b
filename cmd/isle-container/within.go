package main

import (
	"context"
	"fmt"
	"os"
	"strconv"

	"golang.org/x/sys/unix"

	"isle/internal/engine/tree"
	"isle/internal/passwd"
)

// within carries out a word where the files are: "kind PATH", "get PATH NAME",
// "put FOLDER USER OVERWRITE" and "export".
func within(ctx context.Context, args []string) error {
	fd := 3
	if args[0] != "3" {
		var err error
		if fd, err = unix.Open(args[0], unix.O_PATH|unix.O_DIRECTORY|unix.O_CLOEXEC, 0); err != nil {
			return &os.PathError{Op: "open", Path: args[0], Err: err}
		}
	}
	unix.CloseOnExec(fd)
	root, args := tree.Root(fd), args[1:]
	switch {
	case args[0] == "kind" && len(args) == 2:
		kind, err := root.Kind(args[1])
		if err == nil {
			_, err = os.Stdout.Write([]byte{byte(kind)})
		}
		return err
	case args[0] == "get" && len(args) == 3:
		return write(root, args[1], args[2], os.Stdout)
	case args[0] == "put" && len(args) == 4:
		return put(ctx, root, args[1], args[2], args[3] == "true")
	case args[0] == "export":
		w := tree.NewWriter(os.Stdout)
		w.Own, w.Nodes = true, true
		if err := w.Add(root, "/", "."); err != nil {
			return err
		}
		return w.Close()
	}
	return fmt.Errorf("isle-container does not know %s", args[0])
}

func write(root tree.Root, from, name string, to *os.File) error {
	w := tree.NewWriter(to)
	if err := w.Add(root, from, name); err != nil {
		return err
	}
	return w.Close()
}

// keep is in place of a user: owners stay who they are.
const keep = "@keep"

func put(ctx context.Context, root tree.Root, folder, user string, overwrite bool) error {
	var owner *tree.Owner
	if user != keep {
		u, err := passwd.Opener(root.File).Find(user)
		if err != nil {
			return fmt.Errorf("the container's user %s: %w", strconv.Quote(user), err)
		}
		owner = &tree.Owner{UID: int(u.UID), GID: int(u.GID)}
	}
	return tree.Put(ctx, root, folder, os.Stdin, owner, overwrite)
}
