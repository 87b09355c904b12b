package review

import (
	"fmt"
	"os"
	"strings"

	"isle/internal/cli/parent"
	"isle/internal/getopt"
	"isle/internal/review"
)

// Operands is what follows the options, as a synopsis has it.
const Operands = "VERB [OPTION...] [NAME [PATTERN...]]"

// About is what the command is for.
const About = `Look at what a program changed that ran under 'isle run --review' and whose changes
are kept, and apply all or some of them to the real files, or drop them.

A PATTERN chooses changes: one with a slash is matched with the whole path, any
other with the last name, and what is below a directory that matches is chosen
with it. Without one all are chosen.

A change is refused if the file on the host has changed since the program began.
'isle review VERB --help' says more of a verb.

The exit status is 0, or 1 if anything failed or was refused.`

// Example is a few lines of shell.
const Example = `# Let a program work, and look at what it did later
isle run --review=try -- make install
isle review show --diff try '*.conf'
isle review apply try /usr/local
isle review drop try`

// InsideCommand is the word by which isle runs itself in the user namespace that
// a program had, where the files are that it made. It is for no one else, and
// not in the help.
const InsideCommand = "review-inside"

type verb struct {
	name, operands, short string
	options               []getopt.Option
	least, most           int  // operands
	named                 bool // the first operand is a review, to be opened
	run                   func(*call) error
}

// call is a verb that is being carried out.
type call struct {
	verb     *verb
	prog     string
	words    []string // all that follows the command's name
	store    *review.Store
	inside   bool
	on       map[string]bool // options that were given
	operands []string
	review   *review.Review
	exit     int
}

const options = "Options"

var (
	jsonOption    = getopt.Option{Long: "json", Short: 'J', Group: options, Help: "print JSON"}
	specialOption = getopt.Option{Long: "special", Group: options, Help: "apply set-id bits, capabilities, devices and sockets too"}
	helpOption    = getopt.Option{Long: "help", Short: 'h', Group: options, Help: "print this help"}
)

var verbs = [...]func() *verb{
	func() *verb {
		return &verb{name: "ls", short: "List the reviews there are", options: []getopt.Option{jsonOption}, run: list}
	},
	func() *verb {
		return &verb{name: "show", operands: "NAME [PATTERN...]", short: "List the changes that are still to be applied", least: 1, most: 1 << 16, named: true,
			options: []getopt.Option{{Long: "diff", Short: 'd', Group: options, Help: "show what is different, as unified diff"}, jsonOption}, run: show}
	},
	func() *verb {
		return &verb{name: "apply", operands: "NAME [PATTERN...]", short: "Apply changes to the real files", least: 1, most: 1 << 16, named: true,
			options: []getopt.Option{specialOption, jsonOption}, run: apply}
	},
	func() *verb {
		return &verb{name: "drop", operands: "NAME", short: "Forget a review and its changes", least: 1, most: 1, run: drop}
	},
}

// Main runs the command and returns its exit status.
func Main(prog string, args []string) int {
	store, err := review.DefaultStore()
	if err != nil {
		return parent.Classic.Report(prog, err)
	}
	return run(prog, args, store, false)
}

// InsideMain is the isle in the user namespace.
func InsideMain(args []string) int {
	if len(args) < 2 {
		return parent.Classic.Report("isle", fmt.Errorf("%s is for isle itself", InsideCommand))
	}
	store := &review.Store{Dir: args[0]}
	if args[1] == endWord {
		return endInside(store, args[2:])
	}
	return run("isle review", args[1:], store, true)
}

func run(prog string, args []string, store *review.Store, inside bool) int {
	table := Flags()
	words, err := getopt.Parse(table, args, getopt.Stop, func(i int, _ string, _ bool) error {
		if table[i].Long == "help" {
			return usage(prog)
		}
		return getopt.VersionAnswer(prog)
	})
	if err == nil && len(words) == 0 {
		err = usage(prog)
	}
	if err != nil {
		return getopt.Exit(prog, err, os.Stdout, os.Stderr)
	}
	for _, v := range verbs {
		if v := v(); v.name == words[0] {
			c := &call{verb: v, prog: prog + " " + v.name, words: words, store: store, inside: inside, on: map[string]bool{}}
			return c.run(words[1:])
		}
	}
	return getopt.Exit(prog, &getopt.Error{Text: "unknown verb '" + words[0] + "'"}, os.Stdout, os.Stderr)
}

func (c *call) run(args []string) int {
	table := append(c.verb.options[:len(c.verb.options):len(c.verb.options)], helpOption)
	var err error
	c.operands, err = getopt.Parse(table, args, getopt.Permute, func(i int, _ string, _ bool) error {
		if table[i].Long == "help" {
			return getopt.Usage(c.prog, c.verb.operands, c.verb.short+".", table)
		}
		c.on[table[i].Long] = true
		return nil
	})
	if n := len(c.operands); err == nil && (n < c.verb.least || n > c.verb.most) {
		err = &getopt.Error{Text: strings.TrimSpace("wrong number of operands: it takes " + c.verb.operands)}
	}
	if err != nil {
		return getopt.Exit(c.prog, err, os.Stdout, os.Stderr)
	}
	if c.verb.named {
		if status, done := c.open(); done {
			return status
		}
		defer c.review.Close()
	}
	if err := c.verb.run(c); err != nil {
		return parent.Classic.Report(c.prog, err)
	}
	return c.exit
}

// open opens the review, or has another isle do it all in the user namespace
// that it belongs to.
func (c *call) open() (status int, done bool) {
	r, err := c.store.Peek(c.operands[0])
	if err == nil && len(r.Users) > 0 && !c.inside {
		return goInside(c.prog, r, c.store, c.words), true
	}
	if err == nil {
		r, err = c.store.Open(c.operands[0])
	}
	if err != nil {
		return parent.Classic.Report(c.prog, err), true
	}
	c.review = r
	return 0, false
}

// Flags is the table of options.
func Flags() []getopt.Option {
	return []getopt.Option{helpOption, {Long: "version", Short: 'V', Group: options, Help: "print the version"}}
}

// usage is the help of the command, with its verbs.
func usage(prog string) error {
	var list strings.Builder
	for _, v := range verbs {
		fmt.Fprintf(&list, "  %-10s %s\n", v().name, v().short)
	}
	return getopt.Usage(prog, Operands, About+"\n\nVerbs:\n\n"+strings.TrimRight(list.String(), "\n"), Flags())
}

// Verbs lists the verbs in the order help shows them.
func Verbs() []getopt.Verb {
	var list []getopt.Verb
	for _, v := range verbs {
		made := v()
		described := getopt.Verb{Name: made.name, Operands: made.operands, Short: made.short, Options: append(made.options, helpOption)}
		if made.operands != "" {
			described.Words = reviewNames
		}
		list = append(list, described)
	}
	return list
}

func reviewNames() []string {
	store, err := review.DefaultStore()
	if err != nil {
		return nil
	}
	names, _ := store.Names()
	return names
}
