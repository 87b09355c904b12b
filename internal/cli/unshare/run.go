package unshare

import (
	"os"

	"golang.org/x/sys/unix"

	"isle/internal/cli/parent"
	"isle/internal/getopt"
)

// Main runs the command and returns its exit status.
func Main(prog string, args []string) int {
	o, err := Parse(prog, args)
	if err != nil {
		return getopt.Exit(prog, err, os.Stdout, os.Stderr)
	}
	p, err := o.Plan()
	if err != nil {
		return parent.Classic.Report(prog, err)
	}
	pass := parent.Passed
	if o.ForwardSignals {
		pass = append(pass[:len(pass):len(pass)], unix.SIGINT)
	}
	return parent.Carry(prog, p, o.DryRun, pass)
}
