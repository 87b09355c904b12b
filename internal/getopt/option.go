package getopt

// Arg says whether an option takes an argument (getopt(3)).
type Arg uint8

// The three answers. An optional argument is one only if it is attached:
// --mount=FILE, -mFILE.
const (
	None Arg = iota
	Required
	Optional
)

// Option is one option of a command: its names, its argument, and what help
// says of it.
type Option struct {
	Long  string // without the dashes; empty: there is none
	Short byte   // 0: there is none
	Arg   Arg
	// BareShort says that the short form takes no argument, whatever the long
	// one does: unshare(1) has --mount[=FILE] and -m, so that -mp is -m -p.
	BareShort bool
	ArgName   string // what help calls the argument
	Group     string // the heading that help shows it under
	Help      string // a phrase without a full stop; empty: help leaves the option out
}

// shortArg says whether the short form takes an argument.
func (o *Option) shortArg() Arg {
	if o.BareShort {
		return None
	}
	return o.Arg
}

// Label returns the option as help and man pages write it: "-m, --mount[=FILE]".
func (o *Option) Label() string {
	if o.Long == "" {
		return o.shortLabel()
	}
	label := "--" + o.Long
	if o.Short != 0 {
		label = "-" + string(rune(o.Short)) + ", " + label
	}
	switch o.Arg {
	case Required:
		label += "=" + o.ArgName
	case Optional:
		label += "[=" + o.ArgName + "]"
	}
	return label
}

func (o *Option) shortLabel() string {
	label := "-" + string(rune(o.Short))
	switch o.shortArg() {
	case Required:
		label += " " + o.ArgName
	case Optional:
		label += "[" + o.ArgName + "]"
	}
	return label
}
