package cli

import (
	"isle/internal/cli/doctor"
	"isle/internal/cli/lsns"
	"isle/internal/cli/nsenter"
	"isle/internal/cli/run"
	"isle/internal/cli/same"
	"isle/internal/cli/unshare"
)

// commands is the table of isle's commands, in the order help shows them. It is
// data that the linker lays out: nothing is built when isle starts.
var commands = []Command{
	{
		Name: "run", Operands: run.Operands, Short: "Run a program on an island of its own",
		Long: run.About, Example: run.Example, Options: run.Table, Run: run.Main,
	},
	{
		Name: "unshare", Operands: unshare.Operands, Short: "Run a program in new namespaces",
		Long: unshare.About, Example: unshare.Example, Options: unshare.Flags, Run: unshare.Main,
	},
	{
		Name: "nsenter", Operands: nsenter.Operands, Short: "Run a program in namespaces of other processes",
		Long: nsenter.About, Example: nsenter.Example, Options: nsenter.Flags, Run: nsenter.Main,
	},
	{
		Name: "lsns", Operands: lsns.Operands, Short: "List namespaces",
		Long: lsns.About, Example: lsns.Example, Options: lsns.Flags, Run: lsns.Main,
	},
	{
		Name: "same", Operands: same.Operands, Short: "Say which namespaces processes share",
		Long: same.About, Example: same.Example, Options: same.Flags, Run: same.Main,
	},
	{
		Name: "doctor", Short: "Say what isle needs of this host and whether it is there",
		Long: doctor.About, Example: doctor.Example, Options: doctor.Flags, Run: doctor.Main,
	},
}
