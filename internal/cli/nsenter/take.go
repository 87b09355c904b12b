package nsenter

import (
	"errors"
	"strings"

	"isle/internal/cli/parent"
	"isle/internal/getopt"
	"isle/internal/plan"
)

// reader is a command line while it is being read.
type reader struct {
	Options
	usedWD, usedWDNS bool
}

// value is the argument of an option, which can be given and empty.
type value struct {
	text  string
	given bool
}

// stripped returns the argument without a leading equals sign, as in -m=FILE.
// getopt(3) hands that sign on from a short option; a name that begins with it
// can be given as ./=NAME.
func (v value) stripped() string { return strings.TrimPrefix(v.text, "=") }

const (
	errHelp    problem = "help"
	errVersion problem = "version"
)

func takeHelp(*reader, *flag, value) error    { return errHelp }
func takeVersion(*reader, *flag, value) error { return errVersion }

// takeContext refuses -Z with nothing but the pointer to help.
func takeContext(*reader, *flag, value) error { return &getopt.Error{} }

func takeRoot(r *reader, _ *flag, v value) (err error) {
	// Unlike -m and -w, -r takes an equals sign for part of the name.
	r.Root, err = place(v.given, v.text)
	return err
}

func takeWD(r *reader, _ *flag, v value) (err error) {
	if r.usedWD = true; r.usedWDNS {
		return problem("options --wdns and --wd cannot be combined")
	}
	r.WD, err = place(v.given, v.stripped())
	return err
}

// place is the directory that an argument names or, without one, the target's.
func place(given bool, path string) (Place, error) {
	if !given {
		return Place{OfTarget: true}, nil
	}
	return Place{Path: path}, openable(path)
}

// openable refuses an empty path before anything is done, with the error that
// the kernel has for it.
func openable(path string) error {
	if path == "" {
		return errors.New("cannot open : No such file or directory")
	}
	return nil
}

// takeWDNS takes no directory for nothing, as nsenter(1) does.
func takeWDNS(r *reader, _ *flag, v value) error {
	if r.usedWDNS = true; r.usedWD {
		return problem("options --wd and --wdns cannot be combined")
	}
	if r.WDNS = v.stripped(); v.given && r.WDNS == "" {
		return errors.New("cannot open current working directory: No such file or directory")
	}
	return nil
}

func takeEnv(r *reader, _ *flag, _ value) error {
	r.Env = true
	return nil
}

func takeNoFork(r *reader, _ *flag, _ value) error {
	r.NoFork = true
	return nil
}

func takeJoinCgroup(r *reader, _ *flag, _ value) error {
	r.JoinCgroup = true
	return nil
}

func takeDryRun(r *reader, _ *flag, v value) (err error) {
	r.DryRun, err = plan.ParseForm(v.text)
	return err
}

func takePassFDs(o *reader, f *flag, v value) error {
	n, err := getopt.Uint(v.text, 1<<16)
	if err != nil {
		return getopt.BadNumber("the number of descriptors", v.text, err)
	}
	o.PreserveFDs = int(n)
	return parent.CheckOpen(o.PreserveFDs)
}
