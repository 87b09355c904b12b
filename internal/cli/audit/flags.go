package audit

import (
	"fmt"
	"strconv"

	"isle/internal/getopt"
)

// Operands is what follows the options, as a synopsis has it.
const Operands = "[PID|NAME|self]"

// About is what the command is for.
const About = `Say how exposed a live process is, from 0, which is sealed, to 10, which is the
host itself. Each finding has its evidence, what it adds to the score, why it
matters, and what would close it, in isle and in docker and podman. What cannot be
told, as for processes of other users, does not count, and is said.

Without an operand, all islands of this host are listed with their score.

Seccomp filters can only be read by root, and while the process is stopped: it is,
for less than a millisecond, which may end an epoll_wait(2) early. --no-stop
leaves it alone.

The exit status is 0, or 2 if something failed; with --fail-above it is 1 if the
score is higher.`

// Example is a few lines of shell.
const Example = `isle audit web
# For a pipeline: is the container built tightly enough?
isle audit --fail-above 3 --quiet web
# What holds this shell back, and what does not?
isle audit --all self`

// Options is a command line that has been read.
type Options struct {
	Who         string // empty for all islands
	JSON, Quiet bool
	All, Brief  bool
	NoStop      bool
	FailAbove   float64 // no less than 10 if not given
}

// most is the highest score.
const most = 10

// Flags is the table of options.
func Flags() []getopt.Option {
	return []getopt.Option{
		{Long: "all", Short: 'a', Group: "Options", Help: "print too what was found to be fine, and what could not be told"},
		{Long: "brief", Short: 'b', Group: "Options", Help: "print a line a finding"},
		{Long: "fail-above", Arg: getopt.Required, ArgName: "SCORE", Group: "Options", Help: "exit with status 1 if the score is above SCORE; of a list, if that of any but the host is"},
		{Long: "no-stop", Group: "Options", Help: "never stop the process; its seccomp filters are not read then"},
		{Long: "json", Short: 'J', Group: "Options", Help: "print JSON"},
		{Long: "quiet", Short: 'q', Group: "Options", Help: "print nothing, but for errors"},
		{Long: "help", Short: 'h', Group: "Options", Help: "print this help"},
		{Long: "version", Short: 'V', Group: "Options", Help: "print the version"},
	}
}

// Parse reads the words after the command's name. The error is for
// [getopt.Exit].
func Parse(prog string, args []string) (Options, error) {
	o := Options{FailAbove: most}
	table := Flags()
	words, err := getopt.Parse(table, args, getopt.Permute, func(i int, arg string, _ bool) error {
		switch table[i].Long {
		case "all":
			o.All = true
		case "brief":
			o.Brief = true
		case "fail-above":
			return o.setBound(arg)
		case "no-stop":
			o.NoStop = true
		case "json":
			o.JSON = true
		case "quiet":
			o.Quiet = true
		case "help":
			return getopt.Usage(prog, Operands, About, table)
		default:
			return getopt.VersionAnswer(prog)
		}
		return nil
	})
	if err == nil && len(words) > 1 {
		err = &getopt.Error{Text: "unexpected argument '" + words[1] + "'"}
	}
	if err == nil && len(words) == 1 {
		o.Who = words[0]
	}
	return o, err
}

func (o *Options) setBound(arg string) error {
	n, err := strconv.ParseFloat(arg, 64)
	if err != nil || !(n >= 0 && n <= most) {
		return fmt.Errorf("--fail-above takes a score from 0 to %d, not '%s'", most, arg)
	}
	o.FailAbove = n
	return nil
}
