package cli

import (
	"isle/internal/cli/audit"
	"isle/internal/cli/chart"
	"isle/internal/cli/diff"
	"isle/internal/cli/doctor"
	"isle/internal/cli/ls"
	"isle/internal/cli/lsns"
	"isle/internal/cli/nsenter"
	"isle/internal/cli/oci"
	"isle/internal/cli/review"
	"isle/internal/cli/run"
	"isle/internal/cli/same"
	"isle/internal/cli/unshare"
	"isle/internal/getopt"
	"isle/internal/island"
	"isle/ns"
)

// commands is the table of isle's commands, in the order help shows them. It is
// data that the linker lays out: nothing is built when isle starts.
var commands = []Command{
	{
		Name: "run", Operands: run.Operands, Short: "Run a program on an island of its own",
		Long: run.About, Example: run.Example, Options: run.Table, Run: run.Main,
	},
	{
		Name: "review", Operands: review.Operands, Short: "Apply what a program changed, or drop it",
		Long: review.About, Example: review.Example, Options: review.Flags, Verbs: reviewVerbs, Run: review.Main,
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
		Name: "ls", Operands: ls.Operands, Short: "List the islands of this host",
		Long: ls.About, Example: ls.Example, Options: ls.Flags, Words: islandNames, Run: ls.Main,
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
		Name: "diff", Operands: diff.Operands, Short: "Say how two processes differ",
		Long: diff.About, Example: diff.Example, Options: diff.Flags, Words: islandNames, Run: diff.Main,
	},
	{
		Name: "audit", Operands: audit.Operands, Short: "Say how exposed a process is",
		Long: audit.About, Example: audit.Example, Options: audit.Flags, Words: islandNames, Run: audit.Main,
	},
	{
		Name: "map", Operands: chart.Operands, Short: "Draw a map of this host, or serve it live",
		Long: chart.About, Example: chart.Example, Options: chart.Flags, Run: chart.Main,
	},
	{
		Name: "oci", Operands: oci.Operands, Short: "Be the OCI runtime of a container engine",
		Long: oci.About, Example: oci.Example, Options: oci.Flags, Verbs: ociVerbs, Run: oci.Main,
	},
	{
		Name: "doctor", Short: "Say what isle needs of this host and whether it is there",
		Long: doctor.About, Example: doctor.Example, Options: doctor.Flags, Run: doctor.Main,
	},
}

// ociVerbs are the verbs of an OCI runtime.
func ociVerbs() []Command {
	var list []Command
	for _, v := range oci.Verbs() {
		list = append(list, Command{Name: v.Name, Operands: v.Operands, Short: v.Short, Options: func() []getopt.Option { return v.Options }, Words: v.Words})
	}
	return list
}

// reviewVerbs are the verbs of isle review.
func reviewVerbs() []Command {
	var list []Command
	for _, v := range review.Verbs() {
		list = append(list, Command{Name: v.Name, Operands: v.Operands, Short: v.Short, Options: func() []getopt.Option { return v.Options }, Words: v.Words})
	}
	return list
}

// islandNames are the words by which islands can be named.
func islandNames() []string {
	s, err := ns.Scan()
	if err != nil {
		return nil
	}
	return append(island.Group(s).Names(), "host", "self")
}
