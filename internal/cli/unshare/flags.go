package unshare

import (
	"isle/internal/getopt"
	"isle/ns"
)

// Operands is what follows the options, as a synopsis has it.
const Operands = "[PROGRAM [ARG...]]"

// About is what the command is for.
const About = `Run a program in new namespaces. Without a program, run a login shell.

A namespace lasts as long as a process is in it, or, with FILE, for as long as
it is bound there: FILE must exist, and umount(8) lets go of it.`

// Example is a few lines of shell.
const Example = `# Root in a user namespace of one's own, as an ordinary user
isle unshare --map-root-user id -u
# PID 1 in new PID and mount namespaces with a /proc that shows them
isle unshare --map-root-user --pid --fork --mount-proc ps
# What it would do, as system calls
isle unshare --dry-run=syscalls -Urmpf --mount-proc true`

// flag is an option and what it does to [Options].
type flag struct {
	getopt.Option
	kind ns.Kind // for the options that create a namespace
	take func(o *Options, f *flag, v value) error
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

	inNamespaces = "New namespaces"
	inProcess    = "Process"
	inMounts     = "Mounts and directories"
	inUsers      = "User namespace (each of these implies --user, except the last two)"
	inIdentity   = "Identity and time"
	inEnv        = "Environment"
	inIsle       = "Other"
)

// flags is laid out by the compiler and costs nothing at start. The order is
// that of help, and of the possibilities that an ambiguous name has.
var flags = [...]flag{
	{getopt.Option{Long: "mount", Short: 'm', Arg: optional, BareShort: true, ArgName: "FILE", Group: inNamespaces, Help: "mount points"}, ns.Mount, takeKind},
	{getopt.Option{Long: "uts", Short: 'u', Arg: optional, BareShort: true, ArgName: "FILE", Group: inNamespaces, Help: "host name and NIS domain name"}, ns.UTS, takeKind},
	{getopt.Option{Long: "ipc", Short: 'i', Arg: optional, BareShort: true, ArgName: "FILE", Group: inNamespaces, Help: "System V IPC and POSIX message queues"}, ns.IPC, takeKind},
	{getopt.Option{Long: "net", Short: 'n', Arg: optional, BareShort: true, ArgName: "FILE", Group: inNamespaces, Help: "network interfaces, addresses, routes, ports"}, ns.Net, takeKind},
	{getopt.Option{Long: "pid", Short: 'p', Arg: optional, BareShort: true, ArgName: "FILE", Group: inNamespaces, Help: "process ids; takes --fork for the program to be in it"}, ns.PID, takeKind},
	{getopt.Option{Long: "user", Short: 'U', Arg: optional, BareShort: true, ArgName: "FILE", Group: inNamespaces, Help: "user and group ids, capabilities"}, ns.User, takeKind},
	{getopt.Option{Long: "cgroup", Short: 'C', Arg: optional, BareShort: true, ArgName: "FILE", Group: inNamespaces, Help: "the root of the cgroup tree"}, ns.Cgroup, takeKind},
	{getopt.Option{Long: "time", Short: 'T', Arg: optional, BareShort: true, ArgName: "FILE", Group: inNamespaces, Help: "the monotonic and the boot-time clock"}, ns.Time, takeKind},

	{getopt.Option{Long: "fork", Short: 'f', Group: inProcess, Help: "run the program as a child"}, 0, takeFork},
	{getopt.Option{Long: "kill-child", Arg: optional, ArgName: "SIGNAL", Group: inProcess, Help: "send the child SIGNAL (default: SIGKILL) when its parent ends; implies --fork"}, 0, takeKillChild},
	{getopt.Option{Long: "forward-signals", Group: inProcess, Help: "pass SIGTERM and SIGINT on to the child; implies --fork"}, 0, takeForward},

	{getopt.Option{Long: "mount-proc", Arg: optional, ArgName: "DIR", Group: inMounts, Help: "mount a fresh proc on DIR (default: /proc); implies --mount"}, 0, takeMountProc},
	{getopt.Option{Long: "mount-binfmt", Arg: optional, ArgName: "DIR", Group: inMounts, Help: "mount binfmt_misc on DIR (default: /proc/sys/fs/binfmt_misc, after --mount-proc); implies --mount and --user"}, 0, takeMountBinfmt},
	{getopt.Option{Long: "load-interp", Short: 'l', Arg: required, ArgName: "ENTRY", Group: inMounts, Help: "register the binary format ENTRY, :name:type:offset:magic:mask:interpreter:flags; implies --mount-binfmt"}, 0, takeLoadInterp},
	{getopt.Option{Long: "propagation", Arg: required, ArgName: "MODE", Group: inMounts, Help: "propagation of all mounts in a new mount namespace: private (the default), shared, slave or unchanged"}, 0, takePropagation},
	{getopt.Option{Long: "root", Short: 'R', Arg: required, ArgName: "DIR", Group: inMounts, Help: "change the root directory"}, 0, takeRoot},
	{getopt.Option{Long: "wd", Short: 'w', Arg: required, ArgName: "DIR", Group: inMounts, Help: "change the working directory, inside the new root"}, 0, takeWD},

	{getopt.Option{Long: "map-user", Arg: required, ArgName: "USER", Group: inUsers, Help: "be USER, a name or a number, inside"}, 0, takeMapUser},
	{getopt.Option{Long: "map-users", Arg: required, ArgName: "RANGE", Group: inUsers, Help: "map users: INNER:OUTER:COUNT, or auto (the subordinate ids, from 0 on), subids (the same, each as itself) or all; can be repeated"}, 0, takeMapUsers},
	{getopt.Option{Long: "map-group", Arg: required, ArgName: "GROUP", Group: inUsers, Help: "have GROUP, a name or a number, inside; denies setgroups(2)"}, 0, takeMapGroup},
	{getopt.Option{Long: "map-groups", Arg: required, ArgName: "RANGE", Group: inUsers, Help: "map groups, in the same ways"}, 0, takeMapGroups},
	{getopt.Option{Long: "map-root-user", Short: 'r', Group: inUsers, Help: "be root inside: --map-user=0 --map-group=0"}, 0, takeMapRoot},
	{getopt.Option{Long: "map-current-user", Short: 'c', Group: inUsers, Help: "be the same user and group inside"}, 0, takeMapCurrent},
	{getopt.Option{Long: "map-auto", Group: inUsers, Help: "--map-users=auto --map-groups=auto"}, 0, takeMapAuto},
	{getopt.Option{Long: "map-subids", Group: inUsers, Help: "--map-users=subids --map-groups=subids"}, 0, takeMapSubids},
	{getopt.Option{Long: "owner", Arg: required, ArgName: "UID:GID", Group: inUsers, Help: "the user and group that the new namespaces belong to"}, 0, takeOwner},
	{getopt.Option{Long: "setgroups", Arg: required, ArgName: "allow|deny", Group: inUsers, Help: "whether setgroups(2) can be called inside"}, 0, takeSetgroups},
	{getopt.Option{Long: "keep-caps", Group: inUsers, Help: "keep the capabilities of the new user namespace"}, 0, takeKeepCaps},

	{getopt.Option{Long: "setuid", Short: 'S', Arg: required, ArgName: "UID", Group: inIdentity, Help: "run the program as that user"}, 0, takeSetuid},
	{getopt.Option{Long: "setgid", Short: 'G', Arg: required, ArgName: "GID", Group: inIdentity, Help: "run it with that group and no others"}, 0, takeSetgid},
	{getopt.Option{Long: "monotonic", Arg: required, ArgName: "SECONDS", Group: inIdentity, Help: "offset of the monotonic clock; needs --time"}, 0, takeMonotonic},
	{getopt.Option{Long: "boottime", Arg: required, ArgName: "SECONDS", Group: inIdentity, Help: "offset of the boot-time clock; needs --time"}, 0, takeBoottime},

	{getopt.Option{Long: "clear-env", Group: inEnv, Help: "start the program with an empty environment"}, 0, takeClearEnv},
	{getopt.Option{Long: "whitelist-env", Arg: required, ArgName: "NAME,...", Group: inEnv, Help: "variables to keep; implies --clear-env, can be repeated"}, 0, takeWhitelistEnv},

	{getopt.Option{Long: "pass-fds", Arg: required, ArgName: "N", Group: inIsle, Help: "pass on N descriptors from 3 on; all others are closed"}, 0, takePassFDs},
	{getopt.Option{Long: "dry-run", Arg: optional, ArgName: "FORM", Group: inIsle, Help: "show what would be done, as steps (the default), shell, syscalls or json, and do none of it"}, 0, takeDryRun},
	{getopt.Option{Long: "help", Short: 'h', Group: inIsle, Help: "print this help"}, 0, takeHelp},
	{getopt.Option{Long: "version", Short: 'V', Group: inIsle, Help: "print the version"}, 0, takeVersion},
}
