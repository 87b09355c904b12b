package sandbox

import (
	"errors"
	"io"
	"os"
	"syscall"

	"isle/internal/plan"
	"isle/internal/program"
	"isle/internal/spawn"
)

// ErrNotWaiting is what OpenGate returns if no process waits at the gate.
var ErrNotWaiting = errors.New("sandbox: no process waits to be started")

// OpenGate lets a process go on that waits in a plan's Gate: f is connected to
// its socket. It returns when the program has been executed; if a step failed,
// with a *StepError. A descriptor that the process hands over goes to take.
func OpenGate(f *os.File, take func(fd int) error) error {
	if _, err := f.Write([]byte{1}); err != nil {
		return ErrNotWaiting
	}
	for {
		record, fd, err := spawn.Receive(int(f.Fd()))
		switch {
		case errors.Is(err, syscall.ECONNRESET):
			return ErrNotWaiting
		case err != nil:
			return err
		case record == nil:
			return nil
		case !spawn.HandsOver(record):
			return toldFailure(record, f)
		}
		if err := take(fd); err != nil {
			return err
		}
	}
}

// toldFailure is the failure that a process tells of: a status, and then what
// its instructions do.
func toldFailure(status []byte, rest io.Reader) error {
	text, err := io.ReadAll(io.LimitReader(rest, mostReport))
	if err != nil {
		return err
	}
	_, failure := readReport(append(status, text...))
	return failure
}

// describeGates has each Gate tell what the instructions of its program do.
func describeGates(p *plan.Plan) {
	for _, s := range p.Steps {
		if g, ok := s.(*plan.Gate); ok {
			g.Describe = func(b *program.Builder) []byte { return describe(nil, p, b) }
		}
	}
}
