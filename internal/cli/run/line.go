package run

import (
	"os"
	"slices"

	"isle/internal/cli/containers"
	"isle/internal/cli/containers/options"
	"isle/internal/cli/parent"
	"isle/internal/getopt"
)

// line is a command line of isle run before it is known whether it is about a
// program on an island or about an image.
type line struct {
	island    []flag
	container []options.Option
	given     []setting
	operands  []string
	dashes    bool // "--" stands before the operands
	guessed   bool // the first operand is taken for an image since it is nothing else
}

// setting is an option that was given, by its long name.
type setting struct {
	name, value string
	given       bool // it has an argument
}

// read takes the words apart. The tables share names: what an option takes is the
// same in both, but that a switch of a container's may have a value.
func read(prog string, args []string) (*line, error) {
	l := &line{island: flags(), container: options.Table()}
	table := l.table()
	operands, err := getopt.Parse(table, args, getopt.Stop, func(i int, arg string, given bool) error {
		switch table[i].Long {
		case "help":
			return l.usage(prog)
		case "version":
			return getopt.VersionAnswer(prog)
		}
		l.given = append(l.given, setting{table[i].Long, arg, given})
		return nil
	})
	if options.AsksHelp(err, args) {
		err = l.usage(prog)
	}
	l.operands, l.dashes = operands, err == nil && dashes(table, args, len(args)-len(operands))
	return l, err
}

func (l *line) usage(prog string) error {
	return getopt.Usage(prog, Operands, About, l.table())
}

// dashes says whether the word before the operands is a "--" that ends the
// options, and not the argument of one.
func dashes(table []getopt.Option, args []string, operands int) bool {
	if operands == 0 || args[operands-1] != "--" {
		return false
	}
	_, err := getopt.Parse(table, args[:operands-1], getopt.Stop, func(int, string, bool) error { return nil })
	return err == nil
}

// The headings of help. Those of containers alone are in their own table.
const (
	bothGroup   = "Programs on an island, and containers"
	islandGroup = "Programs on an island"
	otherGroup  = "Other"
)

// table is the options of both, each name once: those that both have, those of
// islands, those of containers.
func (l *line) table() []getopt.Option {
	var both, island, containers, other []getopt.Option
	for _, f := range l.island {
		c := l.ofContainer(f.Long)
		switch {
		case c != nil:
			both = append(both, merged(f.Option, c.Option))
		case f.Group == otherGroup:
			other = append(other, f.Option)
		default:
			f.Group = islandGroup
			island = append(island, f.Option)
		}
	}
	for _, c := range l.container {
		if l.ofIsland(c.Long) == nil {
			containers = append(containers, c.Option)
		}
	}
	return slices.Concat(both, island, containers, other)
}

// merged is an option that islands and containers have.
func merged(island, container getopt.Option) getopt.Option {
	container.Group, container.Help = bothGroup, island.Help
	if container.Short == 0 {
		container.Short = island.Short
	}
	if container.Arg == getopt.Required {
		container.ArgName, container.Arg = island.ArgName, island.Arg
	}
	return container
}

func (l *line) ofIsland(name string) *flag {
	for i := range l.island {
		if l.island[i].Long == name {
			return &l.island[i]
		}
	}
	return nil
}

func (l *line) ofContainer(name string) *options.Option {
	for i := range l.container {
		if l.container[i].Long == name {
			return &l.container[i]
		}
	}
	return nil
}

// runImage runs a container.
func (l *line) runImage(prog string) int {
	o := options.New()
	o.Guessed = l.guessed
	for _, s := range l.given {
		if err := o.Apply(l.ofContainer(s.name), s.value, s.given); err != nil {
			return bad(prog, err)
		}
	}
	if err := o.Finish(l.operands); err != nil {
		return bad(prog, err)
	}
	return containers.Run(prog, o)
}

// bad refuses a command line.
func bad(prog string, err error) int {
	if getopt.Exit(prog, err, os.Stdout, os.Stderr) == 0 {
		return 0
	}
	return parent.Engine.Failed
}
