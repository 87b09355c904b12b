package cli

import (
	"fmt"
	"io"
	"os"
	"strings"

	"isle/internal/getopt"
)

// Short is what isle is for, in a line; About in a few.
const (
	Short = "Isolate processes with Linux namespaces"
	About = `isle runs a program on an island of its own: in new Linux namespaces, in a root
file system of its own, with the privileges it needs and no others. It shows
the list of steps that this takes, and explains the step that failed.`
)

// runFrame runs what is no command: help, completion and the version.
func runFrame(args []string) int {
	if len(args) == 0 {
		args = []string{"help"}
	}
	var err error
	switch args[0] {
	case "help", "--help", "-h":
		err = help(os.Stdout, args[1:])
	case "--version", "-V", "-v":
		fmt.Println("isle " + getopt.Version)
	case "completion":
		err = printCompletion(os.Stdout, args[1:])
	case "__complete":
		complete(os.Stdout, args[1:], true)
	case "__completeNoDesc":
		complete(os.Stdout, args[1:], false)
	default:
		err = unknown(args[0])
	}
	if err != nil {
		fmt.Fprintf(os.Stderr, "isle: %v\nTry 'isle --help' for more information.\n", err)
		return 1
	}
	return 0
}

func unknown(word string) error {
	if strings.HasPrefix(word, "-") {
		return fmt.Errorf("unrecognized option '%s'", word)
	}
	return fmt.Errorf("unknown command '%s'", word)
}

// help prints a command's own help, or which commands there are.
func help(w io.Writer, args []string) error {
	if len(args) > 0 {
		c := find(args[0])
		if c == nil {
			return unknown(args[0])
		}
		c.Run("isle "+c.Name, []string{"--help"})
		return nil
	}
	fmt.Fprintf(w, "%s\n\nUsage: isle COMMAND [OPTION...] [ARGUMENT...]\n\nCommands:\n", About)
	for _, c := range commands {
		fmt.Fprintf(w, "  %-12s %s\n", c.Name, c.Short)
	}
	fmt.Fprintf(w, "  %-12s %s\n  %-12s %s\n", "completion", "Print the completions for a shell: bash, zsh or fish", "help", "Print this, or the help of a command")
	_, err := fmt.Fprintf(w, "\n'isle COMMAND --help' says more of a command, and --version which isle this is.\n")
	return err
}
