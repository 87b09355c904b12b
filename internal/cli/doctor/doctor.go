package doctor

import (
	"fmt"
	"os"

	"golang.org/x/term"

	"isle/internal/doctor"
	"isle/internal/getopt"
)

// About is what the command is for.
const About = `Probe what isle needs of this host, by doing it where that is harmless, and print a table of what is there, what is missing, and the commands that would mend it.

The exit status is 0 if all that isle cannot do without is there, 1 if not.`

// Example is a few lines of shell.
const Example = `# What is there and what is missing
isle doctor
# The same for a program
isle doctor --json`

// Flags is the table of options.
func Flags() []getopt.Option {
	return []getopt.Option{
		{Long: "json", Short: 'J', Group: "Output", Help: "print JSON"},
		{Long: "help", Short: 'h', Group: "Output", Help: "print this help"},
		{Long: "version", Short: 'V', Group: "Output", Help: "print the version"},
	}
}

// Main runs the command and returns its exit status.
func Main(prog string, args []string) int {
	table, asJSON := Flags(), false
	rest, err := getopt.Parse(table, args, getopt.Permute, func(i int, _ string, _ bool) error {
		switch table[i].Long {
		case "help":
			return getopt.Usage(prog, "", About, table)
		case "version":
			return getopt.VersionAnswer(prog)
		}
		asJSON = true
		return nil
	})
	if err == nil && len(rest) > 0 {
		err = &getopt.Error{Text: fmt.Sprintf("unexpected argument '%s'", rest[0])}
	}
	if err != nil {
		return getopt.Exit(prog, err, os.Stdout, os.Stderr)
	}
	return examine(prog, asJSON)
}

func examine(prog string, asJSON bool) int {
	report := doctor.Examine()
	write := func() error { return report.Table(os.Stdout, colour()) }
	if asJSON {
		write = func() error { return report.JSON(os.Stdout) }
	}
	if err := write(); err != nil {
		fmt.Fprintf(os.Stderr, "%s: %v\n", prog, err)
		return 1
	}
	return report.ExitStatus()
}

// colour says whether colours are wanted (no-color.org).
func colour() bool { return os.Getenv("NO_COLOR") == "" && term.IsTerminal(1) }
