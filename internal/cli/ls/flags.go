package ls

import (
	"fmt"
	"strconv"
	"time"

	"isle/internal/getopt"
	"isle/ns"
)

// Operands is what follows the options, as a synopsis has it.
const Operands = "[NAME|PID...]"

// About is what the command is for.
const About = `List the islands of this host: processes that are in the same namespaces, named
after the container, the systemd unit or the oldest program that they are. An
island stands below the one that it came out of. APART are the namespaces that
it does not share with that one, SHARES is what it shares with others beside it.

With NAME or PID only those islands are listed, with what is below them.`

// Example is a few lines of shell.
const Example = `# Who is isolated from what?
isle ls
# And who is in there?
isle ls --processes web
# Tell me when something changes.
isle ls --watch
# Which containers have a network of their own?
isle ls --json --type net | jq -r '.islands[].name'`

// Options is a command line that has been read.
type Options struct {
	JSON, Processes, NoHeadings bool
	Kinds                       ns.Set        // 0 for whatever is apart
	Watch                       time.Duration // 0 for once
	Only                        []string
}

// Flags is the table of options.
func Flags() []getopt.Option {
	return []getopt.Option{
		{Long: "processes", Short: 'p', Group: "Options", Help: "list the processes of each island"},
		{Long: "type", Short: 't', Arg: getopt.Required, ArgName: "KIND,...", Group: "Options", Help: "list only islands that have a namespace of one of these kinds for themselves: user, cgroup, ipc, uts, net, pid, mount (or mnt), time"},
		{Long: "watch", Short: 'w', Arg: getopt.Optional, ArgName: "SECONDS", Group: "Options", Help: "go on, and list again when something has changed; look every 2 seconds unless SECONDS are given"},
		{Long: "json", Short: 'J', Group: "Options", Help: "print JSON; with --watch a line each time"},
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
	words, err := getopt.Parse(table, args, getopt.Permute, func(i int, arg string, given bool) error {
		switch table[i].Long {
		case "processes":
			o.Processes = true
		case "type":
			return o.addKinds(arg)
		case "watch":
			return o.setWatch(arg, given)
		case "json":
			o.JSON = true
		case "noheadings":
			o.NoHeadings = true
		case "help":
			return getopt.Usage(prog, Operands, About, table)
		default:
			return getopt.VersionAnswer(prog)
		}
		return nil
	})
	o.Only = words
	return o, err
}

func (o *Options) addKinds(list string) error {
	kinds, err := ns.ParseSet(list)
	o.Kinds |= kinds
	return err
}

// longestWatch is a day.
const longestWatch = 86400

func (o *Options) setWatch(arg string, given bool) error {
	if !given {
		o.Watch = 2 * time.Second
		return nil
	}
	seconds, err := strconv.ParseFloat(arg, 64)
	if err != nil || !(seconds >= 0.1 && seconds <= longestWatch) {
		return fmt.Errorf("--watch takes seconds, from 0.1 to %d, not '%s'", longestWatch, arg)
	}
	o.Watch = time.Duration(seconds * float64(time.Second))
	return nil
}
