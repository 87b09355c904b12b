package nsenter

import (
	"isle/internal/getopt"
	"isle/ns"
)

// Operands is what follows the options, as a synopsis has it.
const Operands = "[PROGRAM [ARG...]]"

// About is what the command is for.
const About = `Run a program in namespaces of other processes. Without a program, run a login
shell.

A namespace is the target's unless FILE says otherwise: a file of /proc/PID/ns,
one that a namespace is bound on, or :ID, the number of a namespace. An argument
that is optional must be attached: -m/run/x, --mount=/run/x.`

// Example is a few lines of shell.
const Example = `# A shell in all namespaces of process 4321
isle nsenter --target 4321 --all
# The network of process 4321, seen with the tools of this host
isle nsenter --target 4321 --net ip address`

// flag is an option and what it does to [Options].
type flag struct {
	getopt.Option
	kind ns.Kind // for the options that enter a namespace
	take func(r *reader, f *flag, v value) error
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

	inTarget     = "Target"
	inNamespaces = "Namespaces to enter"
	inIdentity   = "Identity"
	inPlaces     = "Directories"
	inProcess    = "Process"
	inIsle       = "Other"
)

// flags is laid out by the compiler and costs nothing at start. The order is
// that of help, and of the possibilities that an ambiguous name has.
var flags = [...]flag{
	{getopt.Option{Long: "all", Short: 'a', Group: inTarget, Help: "enter all namespaces of the target"}, 0, takeAll},
	{getopt.Option{Long: "target", Short: 't', Arg: required, ArgName: "PID[:INODE]", Group: inTarget, Help: "the process to take namespaces and other things from, which must have a pidfd of that inode"}, 0, takeTarget},

	{getopt.Option{Long: "mount", Short: 'm', Arg: optional, ArgName: "FILE", Group: inNamespaces, Help: "mount points"}, ns.Mount, takeKind},
	{getopt.Option{Long: "uts", Short: 'u', Arg: optional, ArgName: "FILE", Group: inNamespaces, Help: "host name and NIS domain name"}, ns.UTS, takeKind},
	{getopt.Option{Long: "ipc", Short: 'i', Arg: optional, ArgName: "FILE", Group: inNamespaces, Help: "System V IPC and POSIX message queues"}, ns.IPC, takeKind},
	{getopt.Option{Long: "net", Short: 'n', Arg: optional, ArgName: "FILE", Group: inNamespaces, Help: "network interfaces, addresses, routes, ports"}, ns.Net, takeKind},
	{getopt.Option{Long: "net-socket", Short: 'N', Arg: required, ArgName: "FD", Group: inNamespaces, Help: "the network namespace of a socket of the target"}, ns.Net, takeNetSocket},
	{getopt.Option{Long: "pid", Short: 'p', Arg: optional, ArgName: "FILE", Group: inNamespaces, Help: "process ids; the program is run as a child"}, ns.PID, takeKind},
	{getopt.Option{Long: "user", Short: 'U', Arg: optional, ArgName: "FILE", Group: inNamespaces, Help: "user and group ids, capabilities"}, ns.User, takeKind},
	{getopt.Option{Long: "user-parent", Group: inNamespaces, Help: "the parent of the user namespace"}, ns.User, takeUserParent},
	{getopt.Option{Long: "cgroup", Short: 'C', Arg: optional, ArgName: "FILE", Group: inNamespaces, Help: "the root of the cgroup tree"}, ns.Cgroup, takeKind},
	{getopt.Option{Long: "time", Short: 'T', Arg: optional, ArgName: "FILE", Group: inNamespaces, Help: "the monotonic and the boot-time clock"}, ns.Time, takeKind},

	{getopt.Option{Long: "setuid", Short: 'S', Arg: required, ArgName: "UID|follow", Group: inIdentity, Help: "run the program as that user or as the target's (default: as root, if a user namespace is entered)"}, 0, takeSetuid},
	{getopt.Option{Long: "setgid", Short: 'G', Arg: required, ArgName: "GID|follow", Group: inIdentity, Help: "the same for the group; drops all other groups"}, 0, takeSetgid},
	{getopt.Option{Long: "preserve-credentials", Group: inIdentity, Help: "leave user and groups alone when a user namespace is entered"}, 0, takePreserve},
	{getopt.Option{Long: "keep-caps", Group: inIdentity, Help: "keep the capabilities of the user namespace"}, 0, takeKeepCaps},

	{getopt.Option{Long: "root", Short: 'r', Arg: optional, ArgName: "DIR", Group: inPlaces, Help: "change the root directory to the target's, or to DIR as seen from outside"}, 0, takeRoot},
	{getopt.Option{Long: "wd", Short: 'w', Arg: optional, ArgName: "DIR", Group: inPlaces, Help: "change the working directory to the target's, or to DIR as seen from outside"}, 0, takeWD},
	{getopt.Option{Long: "wdns", Short: 'W', Arg: optional, ArgName: "DIR", Group: inPlaces, Help: "change the working directory to DIR as seen from inside; not with --wd"}, 0, takeWDNS},

	{getopt.Option{Long: "env", Short: 'e', Group: inProcess, Help: "have the target's environment"}, 0, takeEnv},
	{getopt.Option{Long: "no-fork", Short: 'F', Group: inProcess, Help: "do not run the program as a child"}, 0, takeNoFork},
	{getopt.Option{Long: "join-cgroup", Short: 'c', Group: inProcess, Help: "join the target's cgroup"}, 0, takeJoinCgroup},
	// Known, but only where SELinux is built in.
	{getopt.Option{Short: 'Z'}, 0, takeContext},

	{getopt.Option{Long: "pass-fds", Arg: required, ArgName: "N", Group: inIsle, Help: "pass on N descriptors from 3 on; all others are closed"}, 0, takePassFDs},
	{getopt.Option{Long: "dry-run", Arg: optional, ArgName: "FORM", Group: inIsle, Help: "show what would be done, as steps (the default), shell, syscalls or json, and do none of it"}, 0, takeDryRun},
	{getopt.Option{Long: "help", Short: 'h', Group: inIsle, Help: "print this help"}, 0, takeHelp},
	{getopt.Option{Long: "version", Short: 'V', Group: inIsle, Help: "print the version"}, 0, takeVersion},
}
