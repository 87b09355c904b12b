package image

import (
	"fmt"
	"os"

	"golang.org/x/sys/unix"

	"isle/internal/beside"
	"isle/internal/getopt"
)

// helper is the program that carries out what is slow to start.
const helper = "isle-image"

// Command is the command line of one of the commands, read.
type Command struct {
	Name  string            // images, load, "system df" and so on
	Words []string          // its operands
	given map[string]string // the options given, by their long names; the last of each
	lists map[string][]string
}

// Has says whether an option was given.
func (c *Command) Has(option string) bool { _, ok := c.given[option]; return ok }

// Value is an option's argument, or "".
func (c *Command) Value(option string) string { return c.given[option] }

// Values are the arguments of an option that was given several times.
func (c *Command) Values(option string) []string { return c.lists[option] }

// syntax is how the words of a command are read.
type syntax struct {
	name, operands, about string
	options               []getopt.Option
	least, most           int // operands; most < 0: any number
}

var help = getopt.Option{Long: "help", Short: 'h', Group: "Options", Help: "print this help"}

func (s *syntax) parse(prog string, args []string) (*Command, error) {
	c := &Command{Name: s.name, given: map[string]string{}, lists: map[string][]string{}}
	words, err := getopt.Parse(s.options, args, getopt.Permute, func(i int, arg string, given bool) error {
		option := s.options[i].Long
		if option == help.Long {
			return getopt.Usage(prog, s.operands, s.about, s.options)
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
	case len(words) < s.least:
		return nil, &getopt.Error{Text: fmt.Sprintf("%s is missing: isle %s %s", missing(s.least-len(words)), s.name, s.operands)}
	case s.most >= 0 && len(words) > s.most:
		return nil, &getopt.Error{Text: fmt.Sprintf("'%s' is one word too many: isle %s %s", words[s.most], s.name, s.operands)}
	}
	return c, nil
}

func missing(n int) string {
	if n == 1 {
		return "a word"
	}
	return fmt.Sprintf("%d words", n)
}

// main reads the words of a command and carries it out: by light, or where that
// is nil, by the program beside isle.
func (s *syntax) main(prog string, args []string, light func(*Command) error) int {
	c, err := s.parse(prog, args)
	if err != nil {
		return getopt.Exit(prog, err, os.Stdout, os.Stderr)
	}
	if light == nil || c.IsTemplate() {
		err = hand(append(s.words(), args...))
	} else {
		err = light(c)
	}
	if err != nil {
		getopt.Fail(prog, err, os.Stderr)
		return 1
	}
	return 0
}

// hand executes the program in the place of this process.
func hand(args []string) error {
	path := beside.Find(helper)
	if path == "" {
		return fmt.Errorf("%s is not here, which works on images: make build puts it beside isle, or go install ./cmd/%s", helper, helper)
	}
	return fmt.Errorf("execute %s: %w", path, unix.Exec(path, append([]string{helper}, args...), os.Environ()))
}
