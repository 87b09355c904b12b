package unshare

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"syscall"

	"isle/internal/cli/parent"
	"isle/internal/getopt"
	"isle/internal/plan"
	"isle/ns"
)

// value is the argument of an option, which can be given and empty.
type value struct {
	text  string
	given bool
}

// orDefault returns the argument, or what stands for none.
func (v value) orDefault(s string) string {
	if v.given {
		return v.text
	}
	return s
}

// asked is an option that asks to be told something and do nothing.
type asked string

func (a asked) Error() string { return string(a) }

const (
	errHelp    asked = "help"
	errVersion asked = "version"
)

func takeHelp(*Options, *flag, value) error    { return errHelp }
func takeVersion(*Options, *flag, value) error { return errVersion }

func takeKind(o *Options, f *flag, v value) error {
	o.New = o.New.With(f.kind)
	if !v.given {
		return nil
	}
	if o.Persist == nil {
		o.Persist = make(map[ns.Kind]string)
	}
	o.Persist[f.kind] = v.text
	return path(v.text, "mount the "+f.kind.String()+" namespace on ")
}

func takeFork(o *Options, _ *flag, _ value) error {
	o.Fork = true
	return nil
}

func takeForward(o *Options, _ *flag, _ value) error {
	o.Fork, o.ForwardSignals = true, true
	return nil
}

func takeKillChild(o *Options, _ *flag, v value) (err error) {
	o.Fork, o.KillChild = true, syscall.SIGKILL
	if v.given {
		o.KillChild, err = parseSignal(v.text)
	}
	return err
}

func takeKeepCaps(o *Options, _ *flag, _ value) error {
	o.KeepCaps = true
	return nil
}

func takeMonotonic(o *Options, _ *flag, v value) error { return offset(&o.Monotonic, "monotonic", v) }
func takeBoottime(o *Options, _ *flag, v value) error  { return offset(&o.Boottime, "boottime", v) }

func offset(to **int64, clock string, v value) error {
	n, err := getopt.Int(v.text)
	if err != nil {
		return getopt.BadNumber(clock+" offset", v.text, err)
	}
	*to = &n
	return nil
}

func takeClearEnv(o *Options, _ *flag, _ value) error {
	o.ClearEnv = true
	return nil
}

func takeWhitelistEnv(o *Options, _ *flag, v value) error {
	o.ClearEnv = true
	for name := range strings.SplitSeq(v.text, ",") {
		if name != "" && !slices.Contains(o.KeepEnv, name) {
			o.KeepEnv = append(o.KeepEnv, name)
		}
	}
	return nil
}

func takeDryRun(o *Options, _ *flag, v value) (err error) {
	o.DryRun, err = plan.ParseForm(v.text)
	return err
}

// path refuses an empty path before anything is done, with the error that the
// kernel has for it.
func path(s, doing string) error {
	if s == "" {
		return errors.New(doing + ": No such file or directory")
	}
	return nil
}

// word refuses what is not one of the words, with a message as for printf.
func word(s, message string, words ...string) error {
	if !slices.Contains(words, s) {
		return fmt.Errorf(message, s)
	}
	return nil
}

func takePassFDs(o *Options, f *flag, v value) error {
	n, err := getopt.Uint(v.text, 1<<16)
	if err != nil {
		return getopt.BadNumber("the number of descriptors", v.text, err)
	}
	o.PreserveFDs = int(n)
	return parent.CheckOpen(o.PreserveFDs)
}
