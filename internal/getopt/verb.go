package getopt

// Verb is what help, completion and man pages say of a command that another
// command has of its own.
type Verb struct {
	Name, Operands, Short string
	Options               []Option
	Words                 func() []string // what the operands may be, nil if that is not known
}
