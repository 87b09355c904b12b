package containers

import (
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"

	"isle/internal/engine"
	"isle/internal/engine/hold"
)

// Hidden carries out a command line of the process that holds a container, or of
// isle's own in a user namespace; ok is false if it is none.
func Hidden(args []string) (status int, ok bool) {
	if len(args) < 2 {
		return 0, false
	}
	switch args[0] {
	case hold.VerbStart:
		return startHeld(args[1:]), true
	case hold.VerbEnd:
		return endHeld(args[1:]), true
	case hold.VerbHealth:
		return checkHealth(args[1]), true
	case engine.ClearCommand:
		return done(engine.Clear(args[1])), true
	case engine.FilesCommand:
		return done(engine.Ready(args[1])), true
	case engine.SizeCommand:
		return done(engine.PrintSize(args[1])), true
	}
	return 0, false
}

// startHeld starts a container for the process that holds it, which is this one's
// parent and a subreaper, and reports to it.
func startHeld(args []string) int {
	report, streams := os.Stderr, engine.Streams{Monitor: os.Getppid()}
	fmt.Sscanf(os.Getenv(hold.SizeVariable), "%dx%d", &streams.Height, &streams.Width)
	for ; len(args) > 1; args = args[1:] {
		name, value, valued := strings.Cut(args[0], "=")
		if !valued {
			streams.Again = streams.Again || name == hold.OptionAgain
			continue
		}
		n, err := strconv.Atoi(value)
		if err != nil {
			return 1
		}
		unix.CloseOnExec(n)
		switch name {
		case "--report-fd":
			report = os.NewFile(uintptr(n), "report")
		case "--console-fd":
			streams.Console = func(f *os.File) { sendFile(n, f) }
		}
	}
	run, err := startOne(args[0], streams)
	if err != nil {
		status := engine.ExitStatus(err)
		fmt.Fprint(report, hold.Refused(status, strings.Join(explained(err), "\n")))
		return status
	}
	fmt.Fprint(report, hold.Reported(run.State.PID))
	run.Leave()
	return 0
}

// done is the exit status of what isle does in a user namespace.
func done(err error) int {
	if err != nil {
		fmt.Fprintln(os.Stderr, "isle:", err)
		return 1
	}
	return 0
}

func startOne(id string, streams engine.Streams) (*engine.Run, error) {
	e, err := engine.Open()
	if err != nil {
		return nil, err
	}
	c, err := e.Find(id)
	if err != nil {
		return nil, err
	}
	return e.Start(c, streams)
}

// explained is an error and, if it is that of a step, why it failed and what helps.
func explained(err error) []string {
	lines := []string{err.Error()}
	var step interface{ Explain() []string }
	if errors.As(err, &step) {
		lines = append(lines, step.Explain()...)
	}
	return lines
}

// sendFile sends a descriptor over a socket, and closes it here.
func sendFile(socket int, f *os.File) {
	unix.Sendmsg(socket, []byte{0}, unix.UnixRights(int(f.Fd())), nil, unix.MSG_NOSIGNAL)
	f.Close()
}

// endHeld sees to the end of a container and says what is to become of it.
func endHeld(args []string) int {
	code, err := engine.Unseen, error(nil)
	if len(args) > 1 {
		code, err = strconv.Atoi(args[1])
	}
	var d engine.Decision
	if err == nil {
		d, err = endOne(args[0], code)
	}
	switch {
	case err != nil:
		fmt.Fprintln(os.Stderr, "isle:", err)
		return 1
	case d.Restart:
		fmt.Println(hold.Again(d.After))
	default:
		fmt.Println(hold.NotAgain)
	}
	return 0
}

func endOne(id string, code int) (engine.Decision, error) {
	e, err := engine.Open()
	if err != nil {
		return engine.Decision{}, err
	}
	c, err := e.Find(id)
	if err != nil {
		return engine.Decision{}, err
	}
	return e.End(c, code)
}

// checkHealth runs the container's check once, and says what it found and after
// how many milliseconds the next one is due.
func checkHealth(id string) int {
	answer := os.Stdout
	if n, err := unix.FcntlInt(1, unix.F_DUPFD_CLOEXEC, 3); err == nil { // the check gets others
		answer = os.NewFile(uintptr(n), "answer")
	}
	e, err := engine.Open()
	var c *engine.Container
	if err == nil {
		c, err = e.Find(id)
	}
	if err != nil {
		return 1
	}
	status, next, err := e.CheckHealth(c)
	if err != nil {
		return 1
	}
	fmt.Fprintln(answer, hold.Checked(status, next))
	return 0
}
