package cli

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"isle/internal/cli/containers"
	"isle/internal/cli/oci"
	"isle/internal/cli/review"
	"isle/internal/cli/run"
)

// links are the names by which a link to isle stands for a tool of util-linux.
var links = []string{"unshare", "nsenter", "lsns"}

// Main runs isle with the arguments of a process, its name first, and returns
// its exit status. A command starts with nothing done before it: start-up time
// is counted in microseconds.
func Main(args []string) int {
	if len(args) == 0 {
		args = []string{"isle"}
	}
	switch name := filepath.Base(args[0]); {
	case slices.Contains(links, name):
		return runLink(name, args[1:])
	case name == "isle-oci":
		return oci.Main(name, args[1:])
	}
	if len(args) > 1 {
		if c := find(args[1]); c != nil {
			return c.Run("isle "+c.Name, args[2:])
		}
		if status, ok := containers.Hidden(args[1:]); ok {
			return status
		}
		if args[1] == run.UnpackCommand {
			return run.UnpackMain(args[2:])
		}
		if args[1] == review.InsideCommand {
			return review.InsideMain(args[2:])
		}
	}
	return runFrame(args[1:])
}

// runLink runs the tool that a link's name asks for.
func runLink(name string, args []string) int {
	c := find(name)
	if c == nil {
		fmt.Fprintf(os.Stderr, "%s: this isle has no such command\n", name)
		return 1
	}
	return c.Run(name, args)
}
