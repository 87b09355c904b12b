package cli

import "isle/internal/getopt"

// Command is what isle knows of a command without running it.
type Command struct {
	// Name is the first word after isle.
	Name string
	// Operands is what follows the options, as a synopsis has it: "[PROGRAM [ARG...]]".
	Operands string
	// Short is one line, without a full stop. Long is paragraphs, separated by
	// empty lines. Example is lines of shell, those that begin with # explaining.
	Short, Long, Example string
	// Options returns the command's options in the order help shows them.
	Options func() []getopt.Option
	// Verbs, if not nil, are commands of the command's own, which its first
	// operand names.
	Verbs func() []Command
	// Words, if not nil, offers what the operands may be, for completion.
	Words func() []string
	// First says that only the first operand is one of Words: others follow it.
	First bool
	// Run runs the command with the arguments after its name and returns its
	// exit status. Its messages begin with prog.
	Run func(prog string, args []string) int
}

// find returns the command of that name, or nil.
func find(name string) *Command {
	for i := range commands {
		if commands[i].Name == name {
			return &commands[i]
		}
	}
	return nil
}

// Commands returns isle's commands in the order help shows them.
func Commands() []Command { return commands }
