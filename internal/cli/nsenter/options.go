package nsenter

import (
	"isle/internal/getopt"
	"isle/internal/plan"
	"isle/ns"
)

// Options is a command line that has been read and found consistent.
type Options struct {
	PID   int    // the target process; 0: none is needed
	Inode uint64 // that its pidfd must have; 0: any

	// Enter are the namespaces to enter. All adds every kind that the kernel
	// has, except the target's user namespace if it is the caller's own.
	Enter ns.Set
	All   bool
	// From says where those that are not the target's own come from; it may be nil.
	From       map[ns.Kind]Origin
	NetSocket  *int // a socket of the target whose network namespace is entered instead
	UserParent bool // the parent of the user namespace is entered instead

	UID, GID            *ID // nil: see Credentials
	PreserveCredentials bool
	KeepCaps            bool

	Root, WD   Place
	WDNS       string // the working directory as seen inside; empty: not given
	Env        bool   // take the target's environment
	JoinCgroup bool
	NoFork     bool

	PreserveFDs int // descriptors from 3 on that the program is given

	DryRun  plan.Form // how to show the plan; empty: carry it out
	Program []string  // with its arguments; empty: a login shell
}

// Origin is a namespace by its file or, if Path is empty, by its id (ioctl_nsfs(2)).
type Origin struct {
	Path string
	ID   uint64
}

// Place is a directory that is opened before any namespace is entered: the
// target's own, or the one at Path. Neither: it is left alone.
type Place struct {
	OfTarget bool
	Path     string
}

// ID is a user or group id: that number or, with Follow, the target's as seen
// after entering.
type ID struct {
	Follow bool
	ID     uint32
}

// Credentials returns the ids to take on in the namespaces entered; nil leaves
// one as it is. Whoever enters a user namespace becomes root there unless told
// otherwise, since the ids from outside may mean nothing inside. Taking on a
// group drops all supplementary ones.
func (o *Options) Credentials(entered ns.Set) (uid, gid *ID) {
	uid, gid = o.UID, o.GID
	if entered.Has(ns.User) && !o.PreserveCredentials {
		if uid == nil {
			uid = &ID{}
		}
		if gid == nil {
			gid = &ID{}
		}
	}
	return uid, gid
}

// Forks says whether the program is to be a child: only a child is in a pid
// namespace that was entered.
func (o *Options) Forks(entered ns.Set) bool { return entered.Has(ns.PID) && !o.NoFork }

// Parse reads the words after the command's name. The error is for
// [getopt.Exit]: it may be the answer to --help or --version, with prog as the
// command's name.
func Parse(prog string, args []string) (Options, error) {
	var r reader
	table := Flags()
	program, err := getopt.Parse(table, args, getopt.Stop, func(i int, arg string, given bool) error {
		f := &flags[i]
		return f.take(&r, f, value{arg, given})
	})
	switch err {
	case nil:
		err = r.check()
	case errHelp:
		err = getopt.Usage(prog, Operands, About, table)
	case errVersion:
		err = getopt.VersionAnswer(prog)
	}
	if err != nil {
		return Options{}, err
	}
	r.Program = program
	return r.Options, nil
}
