package diff

import (
	"isle/internal/getopt"
)

// Operands is what follows the options, as a synopsis has it.
const Operands = "A [B]"

// About is what the command is for.
const About = `Say how two processes differ: for each kind of namespace whether they share it
and, if not, what is different inside; and how their credentials, capabilities,
confinement, cgroups and limits differ, and which open files they share.

A and B are a pid, the name of a container, a unit or an island as 'isle ls' has
it, the beginning of a container's id, "self" or "host". B is the host unless
given.

A container of isle's own that is named alone is not compared: what it has added
(A), changed (C) and deleted (D) of its image's files is listed, and the exit status
is 0.

The exit status is 0 if nothing differs, 1 if something does, and 2 if that
cannot be told.`

// Example is a few lines of shell.
const Example = `# What does the container web not share with the host, and how is it different?
isle diff web host
# Which files has it changed?
isle diff web
# Why can this shell see what process 4321 cannot?
isle diff self 4321
# Which mounts differ?
isle diff --json web 4321 | jq -r '.sections[] | select(.title == "mount").rows[].what'`

// Options is a command line that has been read.
type Options struct {
	A, B       string
	JSON, All  bool
	NoHeadings bool
}

// Flags is the table of options.
func Flags() []getopt.Option {
	return []getopt.Option{
		{Long: "all", Short: 'a', Group: "Options", Help: "print all of a long list, such as of mounts, and cut no line"},
		{Long: "format", Arg: getopt.Required, ArgName: "FORMAT", Group: "Options", Help: "json, of a container's files"},
		{Long: "json", Short: 'J', Group: "Options", Help: "print JSON"},
		{Long: "noheadings", Short: 'n', Group: "Options", Help: "print no headings"},
		{Long: "help", Short: 'h', Group: "Options", Help: "print this help"},
		{Long: "version", Short: 'V', Group: "Options", Help: "print the version"},
	}
}

// Parse reads the words after the command's name. The error is for
// [getopt.Exit].
func Parse(prog string, args []string) (Options, error) {
	var o Options
	table := Flags()
	words, err := getopt.Parse(table, args, getopt.Permute, func(i int, _ string, _ bool) error {
		switch table[i].Long {
		case "all":
			o.All = true
		case "json":
			o.JSON = true
		case "noheadings":
			o.NoHeadings = true
		case "format":
			return &getopt.Error{Text: "--format is for what one of isle's containers has changed, named alone: of processes --json prints JSON"}
		case "help":
			return getopt.Usage(prog, Operands, About, table)
		default:
			return getopt.VersionAnswer(prog)
		}
		return nil
	})
	switch {
	case err != nil:
		return o, err
	case len(words) == 0 || len(words) > 2:
		return o, &getopt.Error{Text: "one or two processes are needed"}
	case len(words) == 1:
		words = append(words, "host")
	}
	o.A, o.B = words[0], words[1]
	return o, nil
}
