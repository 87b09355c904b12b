package containers

import (
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"

	"isle/internal/engine"
)

// The first words of isle's command line when the process that holds a container
// executes it, or isle itself in a user namespace.
const (
	StartCommand  = "container-start"  // ID --report-fd N [--console-fd N] [--size WxH]
	EndCommand    = "container-end"    // ID CODE
	HealthCommand = "container-health" // ID
)

// Hidden carries out such a command line; ok is false if it is none.
func Hidden(args []string) (status int, ok bool) {
	if len(args) < 2 {
		return 0, false
	}
	switch args[0] {
	case StartCommand:
		return startHeld(args[1], args[2:]), true
	case EndCommand:
		return endHeld(args[1:]), true
	case HealthCommand:
		return checkHealth(args[1]), true
	case engine.ClearCommand:
		if err := engine.Clear(args[1]); err != nil {
			fmt.Fprintln(os.Stderr, "isle:", err)
			return 1, true
		}
		return 0, true
	}
	return 0, false
}

// startHeld starts a container for the process that holds it, which is this one's
// parent and a subreaper. It reports "pid N", or "failed STATUS" and why.
func startHeld(id string, options []string) int {
	report, streams := os.Stderr, engine.Streams{Monitor: os.Getppid()}
	for i := 0; i+1 < len(options); i += 2 {
		value := options[i+1]
		switch n, _ := strconv.Atoi(value); options[i] {
		case "--report-fd":
			unix.CloseOnExec(n)
			report = os.NewFile(uintptr(n), "report")
		case "--console-fd":
			unix.CloseOnExec(n)
			streams.Console = func(f *os.File) { sendFile(n, f) }
		case "--size":
			fmt.Sscanf(value, "%dx%d", &streams.Width, &streams.Height)
		}
	}
	run, err := startOne(id, streams)
	if err != nil {
		status := engine.ExitStatus(err)
		fmt.Fprintf(report, "failed %d\n%s\n", status, strings.Join(explained(err), "\n"))
		return status
	}
	fmt.Fprintf(report, "pid %d\n", run.State.PID)
	run.Leave()
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
		fmt.Println("restart", d.After.Milliseconds())
	default:
		fmt.Println("end")
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
		fmt.Fprintln(answer, "end")
		return 1
	}
	status, next, err := e.CheckHealth(c)
	if err != nil {
		fmt.Fprintln(answer, "end")
		return 1
	}
	fmt.Fprintln(answer, status, next.Milliseconds())
	return 0
}
