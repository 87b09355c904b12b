package options

import (
	"fmt"
	"strconv"

	"isle/internal/engine/request"
	"isle/internal/getopt"
	"isle/internal/plan"
)

// Options is what a command line says of a container: what it is to be, and what
// the command itself is to do about it.
type Options struct {
	Request request.Container

	// Of the image.
	Pull      string // "missing" (""), "always", "never", "newer"
	Platform  string // OS/ARCH[/VARIANT]; "" is this host's
	AuthFile  string
	Creds     string
	TLSVerify *bool // nil: as registries.conf has it
	Quiet     bool
	Guessed   bool // what the image is called may have been meant as a program of the host, which is not there

	// Of the command.
	Detach      bool
	Attach      []string // stdin, stdout, stderr; nil: what is usual
	Replace     bool
	SigProxy    bool
	CIDFile     string
	PreserveFDs int
	DryRun      plan.Form // empty: no

	env      environment
	platform struct{ os, arch, variant string }
	given    map[string]bool
}

// Option is an option of the table. One that isle has not says why, and sets
// nothing; it is passed over with the argument that asks for nothing.
type Option struct {
	getopt.Option
	Set     func(o *Options, arg string) error
	Why     string
	Nothing string
}

// New is a command line on which nothing was said yet.
func New() *Options {
	o := &Options{SigProxy: true, given: map[string]bool{}}
	o.Request.ReadOnlyTmpfs = true
	o.env.proxies = true
	return o
}

// Apply does what an option of the table does. A switch that stands alone is on.
func (o *Options) Apply(option *Option, arg string, given bool) error {
	o.given[option.Long] = true
	if option.Set == nil {
		if given && option.Nothing != "" && arg == option.Nothing {
			return nil
		}
		return fmt.Errorf("--%s: %s", option.Long, option.Why)
	}
	if !given && option.ArgName == boolean {
		arg = "true"
	}
	if err := option.Set(o, arg); err != nil {
		return fmt.Errorf("--%s: %w", option.Long, err)
	}
	return nil
}

// Finish takes the operands, the image first, and checks what only all options
// together can tell.
func (o *Options) Finish(operands []string) error {
	r := &o.Request
	switch {
	case r.Image.RootFS != "":
		r.Command = operands
	case len(operands) == 0:
		return &getopt.Error{Text: "an image is missing"}
	case operands[0] == "":
		return fmt.Errorf("the name of the image is empty")
	default:
		r.Image.Name, r.Command = operands[0], operands[1:]
	}
	if err := o.finishEnvironment(); err != nil {
		return err
	}
	o.finishPlatform()
	return o.check()
}

// Table is the options of isle create, in the order in which help shows them.
func Table() []Option {
	var table []Option
	for _, part := range []func() []Option{life, process, files, isolation, privileges, limits, health, image, refused} {
		table = append(table, part()...)
	}
	return table
}

// boolean is what help calls the argument of a switch, which may be left out.
const boolean = "BOOL"

// setter is what an option does.
type setter = func(o *Options, arg string) error

// sw is a switch.
func sw(group, long string, short byte, help string, set setter) Option {
	return Option{Option: getopt.Option{Long: long, Short: short, Arg: getopt.Optional, BareShort: true, ArgName: boolean, Group: group, Help: help}, Set: set}
}

// opt is an option with an argument.
func opt(group, long string, short byte, arg, help string, set setter) Option {
	return Option{Option: getopt.Option{Long: long, Short: short, Arg: getopt.Required, ArgName: arg, Group: group, Help: help}, Set: set}
}

// alias is another name of an option, of which help says nothing.
func alias(long string, of Option) Option {
	of.Long, of.Short, of.Help = long, 0, ""
	return of
}

func text(field func(*Options) *string) setter {
	return func(o *Options, s string) error { *field(o) = s; return nil }
}

func list(field func(*Options) *[]string) setter {
	return func(o *Options, s string) error { *field(o) = append(*field(o), s); return nil }
}

func on(field func(*Options) *bool) setter {
	return func(o *Options, s string) (err error) { *field(o), err = parseBool(s); return err }
}

// whole takes a whole number from least to most.
func whole(field func(*Options) *int, least, most int64) setter {
	return func(o *Options, s string) error {
		n, err := parseInt(s, least, most)
		if err == nil {
			*field(o) = int(n)
		}
		return err
	}
}

func parseBool(s string) (bool, error) {
	b, err := strconv.ParseBool(s)
	if err != nil {
		return false, fmt.Errorf("%q is neither true nor false", s)
	}
	return b, nil
}

func parseInt(s string, least, most int64) (int64, error) {
	n, err := getopt.Int(s)
	if err != nil || n < least || n > most {
		return 0, fmt.Errorf("%q is no whole number from %d to %d", s, least, most)
	}
	return n, nil
}
