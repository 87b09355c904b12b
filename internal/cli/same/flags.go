package same

import (
	"fmt"

	"isle/internal/getopt"
	"isle/ns"
)

// Operands is what follows the options, as a synopsis has it.
const Operands = "PID PID..."

// About is what the command is for.
const About = `Say for each kind of namespace whether processes share one: a line a kind, a
column a process, and the inode numbers of their namespaces. PID may be "self".

The exit status is 0 if they share all, 1 if not, and 2 if that cannot be told.`

// Example is a few lines of shell.
const Example = `# Do two processes have the same network?
isle same --quiet --type net 1 4321 && echo yes
# What is apart between this shell and process 4321?
isle same $$ 4321`

// Options is a command line that has been read.
type Options struct {
	Kinds       ns.Set
	PIDs        []int // 0 is this process
	JSON, Quiet bool
}

// Flags is the table of options.
func Flags() []getopt.Option {
	return []getopt.Option{
		{Long: "type", Short: 't', Arg: getopt.Required, ArgName: "KIND,...", Group: "Options", Help: "look at these kinds only: user, cgroup, ipc, uts, net, pid, mount (or mnt), time"},
		{Long: "json", Short: 'J', Group: "Options", Help: "print JSON"},
		{Long: "quiet", Short: 'q', Group: "Options", Help: "print nothing, but for errors"},
		{Long: "help", Short: 'h', Group: "Options", Help: "print this help"},
		{Long: "version", Short: 'V', Group: "Options", Help: "print the version"},
	}
}

// Parse reads the words after the command's name. The error is for
// [getopt.Exit].
func Parse(prog string, args []string) (Options, error) {
	var o Options
	table := Flags()
	words, err := getopt.Parse(table, args, getopt.Permute, func(i int, arg string, _ bool) error {
		switch table[i].Long {
		case "type":
			return o.addKinds(arg)
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
	if err != nil {
		return o, err
	}
	if len(words) < 2 {
		return o, &getopt.Error{Text: "at least two processes are needed"}
	}
	if o.Kinds == 0 {
		o.Kinds = ns.All
	}
	return o, o.addPIDs(words)
}

func (o *Options) addKinds(list string) error {
	kinds, err := ns.ParseSet(list)
	o.Kinds |= kinds
	return err
}

func (o *Options) addPIDs(words []string) error {
	for _, word := range words {
		if word == "self" {
			o.PIDs = append(o.PIDs, 0)
			continue
		}
		n, err := getopt.Uint(word, 1<<31-1)
		if err != nil || n == 0 {
			return fmt.Errorf("'%s' is no process", word)
		}
		o.PIDs = append(o.PIDs, int(n))
	}
	return nil
}
