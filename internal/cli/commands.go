package cli

import "isle/internal/cli/run"

// commands is the table of isle's commands, in the order help shows them. It is
// data that the linker lays out: nothing is built when isle starts.
var commands = []Command{
	{
		Name: "run", Operands: run.Operands, Short: "Run a program on an island of its own",
		Long: run.About, Example: run.Example, Options: run.Table, Run: run.Main,
	},
}
