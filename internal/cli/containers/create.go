package containers

import (
	"os"

	"isle/internal/cli/containers/options"
	"isle/internal/cli/parent"
	"isle/internal/getopt"
)

// CreateOperands is what follows the options of create.
const CreateOperands = "IMAGE [COMMAND [ARG...]]"

// CreateAbout is what create is for.
const CreateAbout = `Make a container of an image, ready to be started, and print its ID. The options are those of isle run for containers.`

// CreateExample is a few lines of shell.
const CreateExample = `# Made now, started later
isle create --name web -v www:/www httpd:2
isle start web`

// CreateFlags is the table of options of create.
func CreateFlags() []getopt.Option {
	var table []getopt.Option
	for _, o := range options.Table() {
		table = append(table, o.Option)
	}
	return append(table, getopt.Option{Long: "help", Group: "Other", Help: "show this help"})
}

// CreateMain makes a container.
func CreateMain(prog string, args []string) int {
	o, table := options.New(), options.Table()
	flags := CreateFlags()
	operands, err := getopt.Parse(flags, args, getopt.Stop, func(i int, arg string, given bool) error {
		if i == len(table) {
			return getopt.Usage(prog, CreateOperands, CreateAbout, flags)
		}
		return o.Apply(&table[i], arg, given)
	})
	if options.AsksHelp(err, args) {
		err = getopt.Usage(prog, CreateOperands, CreateAbout, flags)
	}
	if err == nil {
		err = o.Finish(operands)
	}
	if err != nil {
		if getopt.Exit(prog, err, os.Stdout, os.Stderr) == 0 {
			return 0
		}
		return parent.Engine.Failed
	}
	return Create(prog, o)
}
