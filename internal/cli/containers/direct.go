package containers

import (
	"fmt"
	"os"
	"syscall"

	"golang.org/x/sys/unix"

	"isle/internal/cli/parent"
	"isle/internal/engine"
	"isle/internal/spawn"
)

// direct starts a container as this process's own child, with its own streams,
// and waits for it: the shortest way, for one that is removed at its end and has
// no terminal. It gets so many descriptors from 3 on besides. The exit status is the
// program's.
func direct(prog string, e *engine.Engine, c *engine.Container, descriptors int) int {
	if !c.Request.OpenStdin {
		noInput()
	}
	spawn.Forward(proxied(), nil)
	run, err := e.Start(c, engine.Streams{PreserveFDs: descriptors})
	if err != nil {
		status := parent.Engine.Report(prog, err)
		if c.Request.Remove {
			e.Remove(c, true)
		}
		return status
	}
	warn(run.Container)
	spawn.ForwardTo(run.State.PID)
	code, err := run.Wait()
	spawn.ForwardTo(0)
	if err != nil {
		return parent.Engine.Report(prog, err)
	}
	if _, err := run.End(code); err != nil {
		return parent.Engine.Report(prog, err)
	}
	return code
}

// warn says what was asked for and passed over when a container was started.
func warn(c *engine.Container) {
	for _, text := range c.State.Warnings {
		fmt.Fprintln(os.Stderr, "isle: note:", text)
	}
}

// proxied are the signals that are passed on to the container's program.
func proxied() []syscall.Signal {
	return append([]syscall.Signal{unix.SIGINT, unix.SIGQUIT}, parent.Passed...)
}
