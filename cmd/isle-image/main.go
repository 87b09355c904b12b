package main

import (
	"context"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"

	cli "isle/internal/cli/image"
	"isle/internal/getopt"
	"isle/internal/image"
	"isle/internal/image/store"
)

func main() { os.Exit(run(os.Args[1:])) }

// inside marks the word that says that this is the process in the user
// namespace, and which store it works on.
const inside = "@"

func run(args []string) int {
	dir, within := "", false
	if len(args) > 0 {
		if store, found := strings.CutPrefix(args[0], inside); found {
			dir, within, args = store, true, args[1:]
		}
	}
	c, prog, ok, err := cli.Parse(args)
	if !ok {
		err = &getopt.Error{Text: "isle-image is for isle itself"}
	}
	if err != nil {
		return getopt.Exit(prog, err, os.Stdout, os.Stderr)
	}
	if !within && os.Geteuid() != 0 && ownsFiles(c) {
		return enter(prog, c, args)
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP)
	defer stop()
	if err := do(ctx, c, dir); err != nil {
		if ctx.Err() != nil {
			err = ctx.Err()
		}
		getopt.Fail(prog, err, os.Stderr)
		return 1
	}
	return 0
}

// ownsFiles says whether a command makes, removes or counts files of many owners.
func ownsFiles(c *cli.Command) bool {
	return slices.Contains([]string{"import", "load", "pull", "rmi", "system df", "system prune"}, c.Name)
}

// do carries a command out.
func do(ctx context.Context, c *cli.Command, dir string) error {
	if c.IsTemplate() && c.Name != "system df" {
		return byTemplate(c)
	}
	s, err := store.Open(dir)
	if err != nil {
		return err
	}
	l := &image.Library{Store: s}
	if l.Limit, err = c.Size("max-size"); err != nil {
		return err
	}
	for _, command := range commands {
		if command.name == c.Name {
			return command.do(ctx, l, c)
		}
	}
	return &getopt.Error{Text: "isle-image does not know " + c.Name}
}

// commands are those that are carried out here.
var commands = [...]struct {
	name string
	do   func(context.Context, *image.Library, *cli.Command) error
}{
	{"load", load},
	{"import", importRoot},
	{"save", save},
	{"pull", pull},
	{"push", push},
	{"login", login},
	{"logout", logout},
	{"rmi", remove},
	{"system df", df},
	{"system prune", prune},
}
