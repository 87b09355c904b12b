package cli

import (
	"embed"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"isle/internal/getopt"
)

// scripts are the completions of each shell, which docs/gen writes. They ask
// isle itself what there is: "isle __complete WORD...", in cobra's protocol.
//
//go:embed completions
var scripts embed.FS

// shells are those that isle has completions for.
var shells = [...]string{"bash", "zsh", "fish"}

func printCompletion(w io.Writer, args []string) error {
	if len(args) != 1 {
		return errors.New("completion takes one argument: bash, zsh or fish")
	}
	if !slices.Contains(shells[:], args[0]) {
		return fmt.Errorf("no completions for '%s': there are bash, zsh and fish", args[0])
	}
	text, err := scripts.ReadFile("completions/isle." + args[0])
	if err == nil {
		_, err = w.Write(text)
	}
	return err
}

// What the shell is to do beside the offers: cobra's directives.
const (
	files   = ":0"
	nothing = ":4"
)

// offer is a word that can stand next, and what it means.
type offer struct{ word, meaning string }

// complete prints what the last of the words may become, a line each, and then
// a directive.
func complete(w io.Writer, words []string, meanings bool) {
	if len(words) == 0 {
		words = []string{""}
	}
	offers, directive := offersFor(words[:len(words)-1], words[len(words)-1])
	for _, o := range offers {
		if meanings && o.meaning != "" {
			o.word += "\t" + o.meaning
		}
		fmt.Fprintln(w, o.word)
	}
	fmt.Fprintln(w, directive)
}

func offersFor(before []string, word string) ([]offer, string) {
	if len(before) == 0 {
		return commandOffers(word), nothing
	}
	switch c := find(before[0]); {
	case c != nil:
		return c.complete(before[1:], word)
	case before[0] == "help" && len(before) == 1:
		return commandOffers(word), nothing
	case before[0] == "completion" && len(before) == 1:
		return starting(shells[:], word), nothing
	}
	return nil, files
}

// starting offers those of some words that begin with one.
func starting(words []string, word string) (offers []offer) {
	for _, s := range words {
		if strings.HasPrefix(s, word) {
			offers = append(offers, offer{s, ""})
		}
	}
	return offers
}

func commandOffers(word string) []offer {
	var offers []offer
	for _, c := range commands {
		if strings.HasPrefix(c.Name, word) {
			offers = append(offers, offer{c.Name, c.Short})
		}
	}
	for _, o := range []offer{{"completion", "Print the completions for a shell"}, {"help", "Print the help of a command"}} {
		if strings.HasPrefix(o.word, word) {
			offers = append(offers, o)
		}
	}
	return offers
}

// complete offers the command's options for a word that begins with a dash, what
// the command itself knows of its operands, and leaves other words, arguments and what follows the first operand to the shell.
func (c *Command) complete(args []string, word string) ([]offer, string) {
	options := c.Options()
	ignore := func(int, string, bool) error { return nil }
	// An error is most often an option whose argument is the word being typed.
	operands, err := getopt.Parse(options, args, getopt.Stop, ignore)
	if c.Verbs != nil && err == nil && (len(operands) > 0 || !strings.HasPrefix(word, "-")) {
		return c.completeVerb(operands, word)
	}
	if c.First && err == nil && len(operands) > 0 {
		return nil, files
	}
	if c.Words != nil && !strings.HasPrefix(word, "-") {
		return starting(c.Words(), word), c.unless(nothing)
	}
	if err != nil || len(operands) > 0 || slices.Contains(args, "--") || !strings.HasPrefix(word, "-") {
		return nil, files
	}
	var offers []offer
	for _, o := range options {
		for _, name := range names(o) {
			if o.Help != "" && strings.HasPrefix(name, word) {
				offers = append(offers, offer{name, o.Help})
			}
		}
	}
	return offers, nothing
}

// unless is a directive, but for commands whose first operand may be a file too.
func (c *Command) unless(directive string) string {
	if c.Name == "run" {
		return files
	}
	return directive
}

// completeVerb offers the verbs, or what the verb named already offers.
func (c *Command) completeVerb(operands []string, word string) ([]offer, string) {
	var offers []offer
	for _, v := range c.Verbs() {
		if len(operands) > 0 && v.Name == operands[0] {
			return v.complete(operands[1:], word)
		}
		if len(operands) == 0 && strings.HasPrefix(v.Name, word) {
			offers = append(offers, offer{v.Name, v.Short})
		}
	}
	return offers, nothing
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
