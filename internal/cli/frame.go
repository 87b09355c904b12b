package cli

import (
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"isle/internal/getopt"
)

const about = `isle runs a program on an island of its own: in new Linux namespaces, in a root
file system of its own, with the privileges it needs and no others. It shows
the list of steps that this takes, and explains the step that failed.`

// runFrame runs what is no command: help, completion and the version.
func runFrame(args []string) int {
	root := Frame()
	root.SetArgs(args)
	if err := root.Execute(); err != nil {
		fmt.Fprintf(os.Stderr, "isle: %v\nTry 'isle --help' for more information.\n", err)
		return 1
	}
	return 0
}

// Frame returns the tree that help and completion are made from. The commands
// in it show their help and complete their options; Main alone runs them.
func Frame() *cobra.Command {
	root := &cobra.Command{
		Use:           "isle",
		Short:         "Isolate processes with Linux namespaces",
		Long:          about,
		Version:       getopt.Version,
		Args:          cobra.NoArgs,
		RunE:          func(root *cobra.Command, _ []string) error { return root.Help() },
		SilenceErrors: true,
		SilenceUsage:  true,
	}
	root.CompletionOptions.DisableDefaultCmd = true
	for i := range commands {
		root.AddCommand(commands[i].leaf())
	}
	root.AddCommand(completion())
	return root
}

// leaf returns the command as a leaf of the tree.
func (c *Command) leaf() *cobra.Command {
	leaf := &cobra.Command{
		Use:                strings.TrimSpace(c.Name + " [OPTION...] " + c.Operands),
		Short:              c.Short,
		DisableFlagParsing: true,
		ValidArgsFunction:  c.complete,
		RunE: func(*cobra.Command, []string) error {
			return errors.New("options of a command stand after its name")
		},
	}
	leaf.SetHelpFunc(func(*cobra.Command, []string) { c.Run("isle "+c.Name, []string{"--help"}) })
	return leaf
}
