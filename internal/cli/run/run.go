package run

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"golang.org/x/sys/unix"

	"isle/internal/cli/parent"
	"isle/internal/getopt"
	"isle/sandbox"
)

// Main runs the command and returns its exit status.
func Main(prog string, args []string) int {
	o, err := Parse(prog, args)
	if err != nil {
		if getopt.Exit(prog, err, os.Stdout, os.Stderr) == 0 {
			return 0
		}
		return parent.Engine.Failed
	}
	ctx, stop := signal.NotifyContext(context.Background(), unix.SIGINT, unix.SIGTERM, unix.SIGHUP)
	cmd, notes, release, err := o.build(ctx)
	stop()
	defer release()
	switch {
	case err == errReported:
		return parent.Engine.Failed
	case err != nil:
		return parent.Engine.Report(prog, err)
	}
	if o.DryRun != "" {
		return dryRun(prog, cmd, o)
	}
	for _, n := range notes {
		fmt.Fprintf(os.Stderr, "isle: note: %s\n", n)
	}
	if err := cmd.PrepareKeep(); err != nil {
		return parent.Engine.Report(prog, err)
	}
	return start(prog, cmd)
}

func dryRun(prog string, cmd *sandbox.Cmd, o *Options) int {
	p, err := cmd.Plan()
	if err == nil {
		err = p.Show(os.Stdout, o.DryRun)
	}
	if err != nil {
		return parent.Engine.Report(prog, err)
	}
	return 0
}

// start runs the program to its end.
func start(prog string, cmd *sandbox.Cmd) int {
	signals := parent.Catch(append([]syscall.Signal{unix.SIGINT, unix.SIGQUIT}, parent.Passed...)...)
	if err := cmd.Start(); err != nil {
		return parent.Engine.Report(prog, err)
	}
	var t *terminal
	if cmd.Console != nil {
		t = relay(cmd.Console)
	}
	status, err := signals.Wait(cmd)
	if t != nil {
		t.close()
	}
	switch {
	case err != nil:
		return parent.Engine.Report(prog, err)
	case status.Signaled():
		return 128 + int(status.Signal())
	}
	return status.ExitStatus()
}
