package image

import (
	"isle/internal/cli/verb"
	"isle/internal/getopt"
)

// helper is the program that carries out what is slow to start.
const helper = "isle-image"

// Command is the command line of one of the commands, read.
type Command struct{ *verb.Command }

// syntax is one of the commands.
type syntax struct{ verb.Verb }

func newSyntax(name, operands, about string, options []getopt.Option, least, most int) *syntax {
	return &syntax{verb.Verb{Name: name, Operands: operands, About: about, Options: options, Least: least, Most: most, Helper: helper}}
}

var help = verb.Help

func (s *syntax) parse(prog string, args []string) (*Command, error) {
	c, err := s.Parse(prog, args)
	return &Command{c}, err
}

// main reads the words of a command and carries it out: by light, or where that
// is nil, by the program beside isle.
func (s *syntax) main(prog string, args []string, light func(*Command) error) int {
	if light == nil {
		return s.Main(prog, args, nil)
	}
	return s.Main(prog, args, func(c *verb.Command) error { return light(&Command{c}) })
}
