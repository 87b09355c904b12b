package cli

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"isle/internal/getopt"
)

// Shells are the shells that isle has completions for, and what writes them.
var Shells = map[string]func(root *cobra.Command, w io.Writer) error{
	"bash": func(root *cobra.Command, w io.Writer) error { return root.GenBashCompletionV2(w, true) },
	"zsh":  func(root *cobra.Command, w io.Writer) error { return root.GenZshCompletion(w) },
	"fish": func(root *cobra.Command, w io.Writer) error { return root.GenFishCompletion(w, true) },
}

// completion returns the command that prints a shell's completions.
func completion() *cobra.Command {
	return &cobra.Command{
		Use:       "completion bash|zsh|fish",
		Short:     "Print the completions for a shell",
		ValidArgs: []string{"bash", "zsh", "fish"},
		Args:      cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			write, ok := Shells[args[0]]
			if !ok {
				return fmt.Errorf("no completions for %q: there are bash, zsh and fish", args[0])
			}
			return write(cmd.Root(), cmd.OutOrStdout())
		},
	}
}

// complete offers the command's options for a word that begins with a dash, and
// leaves other words, arguments and what follows the first operand to the shell.
func (c *Command) complete(_ *cobra.Command, args []string, word string) ([]cobra.Completion, cobra.ShellCompDirective) {
	options := c.Options()
	ignore := func(int, string, bool) error { return nil }
	// An error is most often an option whose argument is the word being typed.
	operands, err := getopt.Parse(options, args, getopt.Stop, ignore)
	if err != nil || len(operands) > 0 || slices.Contains(args, "--") || !strings.HasPrefix(word, "-") {
		return nil, cobra.ShellCompDirectiveDefault
	}
	var offers []cobra.Completion
	for _, o := range options {
		for _, name := range names(o) {
			if o.Help != "" && strings.HasPrefix(name, word) {
				offers = append(offers, cobra.CompletionWithDesc(name, o.Help))
			}
		}
	}
	return offers, cobra.ShellCompDirectiveNoFileComp
}

// names returns an option's names as they are typed, the short one first.
func names(o getopt.Option) []string {
	var typed []string
	if o.Short != 0 {
		typed = append(typed, "-"+string(rune(o.Short)))
	}
	if o.Long != "" {
		typed = append(typed, "--"+o.Long)
	}
	return typed
}
