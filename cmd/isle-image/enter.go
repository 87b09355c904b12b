package main

import (
	"fmt"
	"os"
	"slices"

	cli "isle/internal/cli/image"
	"isle/internal/cli/owners"
	"isle/internal/getopt"
	"isle/internal/image/store"
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
	status, missing, err := owners.Again(args)
	switch {
	case err != nil:
		getopt.Fail(prog, err, os.Stderr)
	case missing != "":
		if brings(c) && !c.Has("quiet") {
			fmt.Fprintf(os.Stderr, "note: files of an image will all be yours: %s\n", missing)
		}
		return run(args)
	}
	return status
}

// brings says whether a command makes files that have owners.
func brings(c *cli.Command) bool {
	return slices.Contains([]string{"import", "load", "pull"}, c.Name)
}
