package lsns

import "isle/internal/getopt"

// Operands is what follows the options, as a synopsis has it.
const Operands = "[NAMESPACE]"

// About is what the command is for.
const About = `List the namespaces of this host, each once, with the process that has been in
it longest. With the inode number of a NAMESPACE, list the processes in it.

Namespaces are found by the processes and threads that are in them, by open
descriptors and sockets, and by bind mounts in all mount namespaces. Without
privilege only one's own can be seen.`

// Example is a few lines of shell.
const Example = `# Who has a network of its own?
isle lsns --type net
# Namespaces without a process, and what keeps them
isle lsns --persistent --output +NSFS
# As a tree: which user namespace owns which
isle lsns --tree=owner`

// flag is an option and what it does to [Options].
type flag struct {
	getopt.Option
	take func(o *Options, arg string, given bool) error
}

// Flags returns the table of options, for help, completion and man pages.
func Flags() []getopt.Option {
	table := make([]getopt.Option, len(flags))
	for i := range flags {
		table[i] = flags[i].Option
	}
	return table
}

const (
	required = getopt.Required
	optional = getopt.Optional

	inChoice = "What to list"
	inForm   = "How to show it"
	inOther  = "Other"
)

// flags is laid out by the compiler and costs nothing at start. The order is
// that of help, and of the possibilities that an ambiguous name has.
var flags = [...]flag{
	{getopt.Option{Long: "type", Short: 't', Arg: required, ArgName: "TYPE", Group: inChoice, Help: "only this type: mnt, net, ipc, user, pid, uts, cgroup or time; may be repeated"}, takeType},
	{getopt.Option{Long: "task", Short: 'p', Arg: required, ArgName: "PID", Group: inChoice, Help: "only the namespaces that a process is in"}, takeTask},
	{getopt.Option{Long: "persistent", Short: 'P', Group: inChoice, Help: "only namespaces without a process"}, takePersistent},
	{getopt.Option{Long: "filter", Short: 'Q', Arg: required, ArgName: "EXPR", Group: inChoice, Help: "only rows for which an expression holds, such as 'NPROCS > 5 && TYPE == \"net\"'"}, takeFilter},

	{getopt.Option{Long: "tree", Short: 'T', Arg: optional, ArgName: "RELATION", Group: inForm, Help: "as a tree by owner (the default), parent or process"}, takeTree},
	{getopt.Option{Long: "list", Short: 'l', Group: inForm, Help: "as a list"}, takeList},
	{getopt.Option{Long: "json", Short: 'J', Group: inForm, Help: "as JSON"}, takeJSON},
	{getopt.Option{Long: "raw", Short: 'r', Group: inForm, Help: "without alignment"}, takeRaw},
	{getopt.Option{Long: "noheadings", Short: 'n', Group: inForm, Help: "without the heading"}, takeNoHeadings},
	{getopt.Option{Long: "output", Short: 'o', Arg: required, ArgName: "LIST", Group: inForm, Help: "these columns; +LIST adds to the usual ones"}, takeOutput},
	{getopt.Option{Long: "output-all", Group: inForm, Help: "all columns"}, takeOutputAll},
	{getopt.Option{Long: "notruncate", Short: 'u', Group: inForm, Help: "do not cut text to the width of the terminal"}, takeNoTruncate},
	{getopt.Option{Long: "nowrap", Short: 'W', Group: inForm, Help: "one line a row"}, takeNoWrap},

	{getopt.Option{Long: "list-columns", Short: 'H', Group: inOther, Help: "list the columns that there are"}, takeListColumns},
	{getopt.Option{Long: "help", Short: 'h', Group: inOther, Help: "print this help"}, takeHelp},
	{getopt.Option{Long: "version", Short: 'V', Group: inOther, Help: "print the version"}, takeVersion},
}
