package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"isle/internal/cli/owners"
	"isle/internal/cli/verb"
	"isle/internal/engine"
	"isle/internal/image/store"
)

// again is the first word of this program in a user namespace with the user's
// subordinate ids; the stores follow, and then the words that it was given.
const again = "@again"

// moved says whether this is such a process, and gives it those words.
func moved(args []string) ([]string, bool) {
	if len(args) < 4 || args[0] != again {
		return args, false
	}
	os.Setenv("ISLE_CONTAINERS", args[1])
	os.Setenv("ISLE_IMAGES", args[2])
	return args[3:], true
}

// onFiles carries out a verb that works on the files of a container.
func onFiles(c *verb.Command) error {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP)
	defer stop()
	e, err := engine.Open()
	if err == nil {
		switch c.Name {
		case "cp":
			err = cp(ctx, e, c)
		case "diff":
			err = asOwner(func() error { return diff(e, c) })
		case "export":
			err = export(ctx, e, c)
		case "commit":
			err = pausing(e, c, func() error { return asOwner(func() error { return commit(ctx, e, c) }) })
		}
	}
	if err != nil && ctx.Err() != nil {
		err = ctx.Err()
	}
	return err
}

// asOwner does it as root of a user namespace, for an ordinary user: what a
// container has written belongs to many.
func asOwner(do func() error) error {
	if _, there := moved(os.Args[1:]); there || os.Geteuid() == 0 {
		return do()
	}
	boxes, err := engine.Where()
	if err != nil {
		return err
	}
	images, err := store.Where()
	if err != nil {
		return err
	}
	status, missing, err := owners.Again(append([]string{again, boxes, images}, os.Args[1:]...))
	switch {
	case missing != "":
		return do()
	case err == nil && status != 0:
		return verb.Status(status)
	}
	return err
}

// pausing stops the container's processes meanwhile, if that is asked for and
// this process is where their cgroups can be found.
func pausing(e *engine.Engine, c *verb.Command, do func() error) error {
	if _, there := moved(os.Args[1:]); there || !c.On("pause") {
		return do()
	}
	box, err := e.Find(c.Words[0])
	if err != nil {
		return err
	}
	if status, err := box.Status(); err != nil || status != engine.Running {
		if err == nil {
			err = do()
		}
		return err
	}
	if err := e.Pause(box); err != nil {
		return err
	}
	err = do()
	if failed := e.Unpause(box); failed != nil && err == nil {
		err = failed
	}
	return err
}

// elsewhere is the part of this program that is where a container's files are.
func elsewhere(args []string) (status int, ok bool) {
	if len(args) < 3 || args[0] != inRoot {
		return 0, false
	}
	prog := "isle cp"
	if args[2] == "export" {
		prog = "isle export"
	}
	if err := within(context.Background(), args[1:]); err != nil {
		fmt.Fprintf(os.Stderr, "%s: %v\n", prog, err)
		return failed, true
	}
	return 0, true
}

// split is a word of cp: a container and a path in it, or a path of the host.
func split(word string) (container, path string) {
	if strings.HasPrefix(word, "/") || strings.HasPrefix(word, ".") {
		return "", word
	}
	if name, path, found := strings.Cut(word, ":"); found && !strings.Contains(name, "/") {
		return name, path
	}
	return "", word
}
