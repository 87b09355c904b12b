package unshare

import (
	"errors"
	"syscall"

	"isle/internal/getopt"
	"isle/internal/idmap"
	"isle/internal/plan"
	"isle/ns"
)

// Options is a command line that has been read and found consistent. What one
// option implies is filled in; an empty string means that an option was not
// given, since none of them may be empty.
type Options struct {
	New     ns.Set             // namespaces to create
	Persist map[ns.Kind]string // files to bind them onto; nil if none

	Fork           bool
	KillChild      syscall.Signal // for the child when its parent ends; 0: none
	ForwardSignals bool           // TERM and INT go to the child

	MountProc   string // where proc is mounted
	MountBinfmt string // where binfmt_misc is mounted
	LoadInterp  string // what is registered in it (binfmt_misc, :name:type:...)
	Propagation string // "private", "shared", "slave" or "unchanged"
	Root, WD    string

	Users, Groups idmap.Spec
	Owner         *Owner
	Setgroups     string // "allow", "deny" or empty
	KeepCaps      bool
	UID, GID      *uint32 // what the program runs as; nil: unchanged

	Monotonic, Boottime *int64 // offsets in seconds

	ClearEnv bool
	KeepEnv  []string // names of variables that survive ClearEnv

	PreserveFDs int // descriptors from 3 on that the program is given

	DryRun  plan.Form // how to show the plan; empty: carry it out
	Program []string  // with its arguments; empty: a login shell
}

// Owner is whom a new user namespace is to belong to.
type Owner struct{ UID, GID uint32 }

// Parse reads the words after the command's name. The error is for
// [getopt.Exit]: it may be the answer to --help or --version, with prog as the
// command's name.
func Parse(prog string, args []string) (Options, error) {
	o := Options{Propagation: "private"}
	table := Flags()
	program, err := getopt.Parse(table, args, getopt.Stop, func(i int, arg string, given bool) error {
		f := &flags[i]
		return f.take(&o, f, value{arg, given})
	})
	switch err {
	case nil:
		err = o.check()
	case errHelp:
		err = getopt.Usage(prog, Operands, About, table)
	case errVersion:
		err = getopt.VersionAnswer(prog)
	}
	if err != nil {
		return Options{}, err
	}
	o.Program = program
	return o, nil
}

// check refuses options that do not go together, in whatever order they stand.
func (o *Options) check() error {
	if (o.Monotonic != nil || o.Boottime != nil) && !o.New.Has(ns.Time) {
		return errors.New("options --monotonic and --boottime require unsharing of a time namespace (-T)")
	}
	if o.Setgroups == "allow" && o.mapsGroupAlone() {
		return errors.New("options --setgroups=allow and --map-group are mutually exclusive")
	}
	return nil
}

// mapsGroupAlone says whether the process writes its own gid_map, for which the
// kernel requires that setgroups is denied (user_namespaces(7)). Ranges, and the
// map of another owner, are written from outside.
func (o *Options) mapsGroupAlone() bool {
	return o.Groups.Single != nil && len(o.Groups.Sources) == 0 && o.Owner == nil
}
