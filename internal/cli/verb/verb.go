package verb

import (
	"fmt"
	"os"
	"strings"

	"golang.org/x/sys/unix"

	"isle/internal/beside"
	"isle/internal/getopt"
)

// Verb is how the words of a command are read, and who carries it out.
type Verb struct {
	Name, Operands, About string // the name may have two words: "system df"
	Options               []getopt.Option
	Least, Most           int    // operands; Most < 0: any number
	Stop                  bool   // no option comes after the first operand: the rest is another command
	Helper                string // the program that carries out what is slow to start
	Failed                int    // exit status if isle fails; 0 stands for 1
}

// Command is the command line of a verb, read.
type Command struct {
	Name  string
	Words []string          // its operands
	given map[string]string // the options given, by their long names; the last of each
	lists map[string][]string
}

// Has says whether an option was given.
func (c *Command) Has(option string) bool { _, ok := c.given[option]; return ok }

// On says whether a switch is on: --force, or --force=true as Go's flags have it.
func (c *Command) On(option string) bool {
	value, given := c.given[option]
	return given && value != "false" && value != "0"
}

// Value is an option's argument, or "".
func (c *Command) Value(option string) string { return c.given[option] }

// Values are the arguments of an option that was given several times.
func (c *Command) Values(option string) []string { return c.lists[option] }

// IsTemplate says whether the output is asked for as a Go template, which only
// the program beside isle reads.
func (c *Command) IsTemplate() bool { return strings.Contains(c.Value("format"), "{{") }

// Help is the option that each verb has.
var Help = getopt.Option{Long: "help", Short: 'h', Group: "Options", Help: "print this help"}

// Parse reads a command line.
func (v *Verb) Parse(prog string, args []string) (*Command, error) {
	c := &Command{Name: v.Name, given: map[string]string{}, lists: map[string][]string{}}
	order := getopt.Permute
	if v.Stop {
		order = getopt.Stop
	}
	words, err := getopt.Parse(v.Options, args, order, func(i int, arg string, given bool) error {
		option := v.Options[i].Long
		if option == Help.Long {
			return getopt.Usage(prog, v.Operands, v.About, v.Options)
		}
		c.given[option] = arg
		c.lists[option] = append(c.lists[option], arg)
		return nil
	})
	if err != nil {
		return nil, err
	}
	c.Words = words
	switch {
	case len(words) < v.Least:
		return nil, &getopt.Error{Text: fmt.Sprintf("%s is missing: isle %s %s", missing(v.Least-len(words)), v.Name, v.Operands)}
	case v.Most >= 0 && len(words) > v.Most:
		return nil, &getopt.Error{Text: fmt.Sprintf("'%s' is one word too many: isle %s %s", words[v.Most], v.Name, v.Operands)}
	}
	return c, nil
}

func missing(n int) string {
	if n == 1 {
		return "a word"
	}
	return fmt.Sprintf("%d words", n)
}

// Main reads the words of a command and carries it out: by light, or where that
// is nil, by the program beside isle. It returns the exit status.
func (v *Verb) Main(prog string, args []string, light func(*Command) error) int {
	c, err := v.Parse(prog, args)
	if err != nil {
		return v.status(getopt.Exit(prog, err, os.Stdout, os.Stderr))
	}
	if light == nil || c.IsTemplate() {
		err = Hand(v.Helper, append(strings.Fields(v.Name), args...))
	} else {
		err = light(c)
	}
	if status, ok := err.(Status); ok {
		return int(status)
	}
	return v.status(Report(prog, err))
}

func (v *Verb) status(status int) int {
	if status == 1 && v.Failed != 0 {
		return v.Failed
	}
	return status
}

// Status is the error of a command that has said all there was to say and wants
// this exit status.
type Status int

// Error says the number.
func (s Status) Error() string { return fmt.Sprintf("exit status %d", int(s)) }

// Report prints an error, if there is one, and returns the exit status.
func Report(prog string, err error) int {
	if err == nil {
		return 0
	}
	if status, ok := err.(Status); ok {
		return int(status)
	}
	getopt.Fail(prog, err, os.Stderr)
	return 1
}

// Hand executes a program that stands beside isle in the place of this process.
func Hand(helper string, args []string) error {
	path := beside.Find(helper)
	if path == "" {
		return fmt.Errorf("%s is not here, which isle needs for this: make build puts it beside isle, or go install ./cmd/%s", helper, helper)
	}
	return fmt.Errorf("execute %s: %w", path, unix.Exec(path, append([]string{helper}, args...), os.Environ()))
}
