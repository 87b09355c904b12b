package run

import (
	"fmt"
	"os"
	"syscall"

	"golang.org/x/sys/unix"

	"isle/internal/cli/parent"
	"isle/internal/plan"
	"isle/sandbox"
)

// Main runs the command and returns its exit status.
func Main(prog string, args []string) int {
	l, err := read(prog, args)
	if err != nil {
		return bad(prog, err)
	}
	image, err := l.isImage()
	if err != nil {
		return bad(prog, err)
	}
	if image {
		return l.runImage(prog)
	}
	o, err := l.options()
	if err != nil {
		return bad(prog, err)
	}
	cmd, notes, root, err := o.build()
	if root != nil {
		defer root.Close()
	}
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
	if o.Review {
		return o.review(prog, cmd)
	}
	if err := cmd.PrepareKeep(); err != nil {
		return parent.Engine.Report(prog, err)
	}
	if cmd.Terminal {
		return attend(prog, cmd)
	}
	if root != nil {
		if err := root.Hold(); err != nil {
			return parent.Engine.Report(prog, err)
		}
	}
	return parent.Engine.Report(prog, cmd.Become(sandbox.Mirror{Pass: signals(), ByStatus: true}))
}

func dryRun(prog string, cmd *sandbox.Cmd, o *Options) int {
	err := o.plannedReview(cmd)
	var p *plan.Plan
	if err == nil {
		p, err = cmd.Plan()
	}
	if err == nil {
		err = p.Show(os.Stdout, o.DryRun)
	}
	if err != nil {
		return parent.Engine.Report(prog, err)
	}
	return 0
}

// signals are passed on to the program, which is in a session of its own and
// gets none from the keyboard by itself.
func signals() []syscall.Signal {
	return append([]syscall.Signal{unix.SIGINT, unix.SIGQUIT}, parent.Passed...)
}

// attend runs the program to its end on a terminal made for it, whose input and
// output isle passes on.
func attend(prog string, cmd *sandbox.Cmd) int {
	status, err := wait(cmd)
	if err != nil {
		return parent.Engine.Report(prog, err)
	}
	return status
}

// wait starts a program and waits until it has ended.
func wait(cmd *sandbox.Cmd) (int, error) {
	caught := parent.Catch(signals()...)
	defer caught.Stop()
	if err := cmd.Start(); err != nil {
		return 0, err
	}
	if cmd.Terminal {
		defer parent.Relay(cmd.Console).Close()
	}
	status, err := caught.Wait(cmd)
	switch {
	case err != nil:
		return 0, err
	case status.Signaled():
		return 128 + int(status.Signal()), nil
	}
	return status.ExitStatus(), nil
}
