package sandbox

import (
	"errors"
	"io"
	"os"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"isle/internal/plan"
	"isle/internal/program"
	"isle/internal/spawn"
)

// ErrNotWaiting is what OpenGate returns if no process waits at the gate.
var ErrNotWaiting = errors.New("sandbox: no process waits to be started")

// errTold is what a process says that no plan of isle's does: somebody else has
// taken it over.
var errTold = errors.New("sandbox: the process that waited to be started says what makes no sense")

// OpenGate lets a process go on that waits in a plan's Gate: f is connected to
// its socket. It returns when the program has been executed; if a step failed,
// with a *StepError. A descriptor that the process hands over goes to take, of
// which there is one at most, and none if take is nil. When the process has
// ended, of which pidfd is, nothing more is waited for.
func OpenGate(f *os.File, pidfd int, take func(fd int) error) error {
	if _, err := f.Write([]byte{1}); err != nil {
		return ErrNotWaiting
	}
	for {
		if !says(int(f.Fd()), pidfd) {
			return ErrNotWaiting
		}
		record, fd, err := spawn.Receive(int(f.Fd()))
		switch {
		case errors.Is(err, syscall.ECONNRESET):
			return ErrNotWaiting
		case err != nil:
			return err
		case record == nil:
			return nil
		case !spawn.HandsOver(record):
			closeStray(fd)
			return toldFailure(record, f)
		case fd < 0 || take == nil:
			closeStray(fd)
			return errTold
		}
		if err := take(fd); err != nil {
			return err
		}
		take = nil
	}
}

// says waits until there is something to be read from a socket, or a process has
// ended: what it has said before can be read still.
func says(socket, pidfd int) bool {
	fds := []unix.PollFd{{Fd: int32(socket), Events: unix.POLLIN}, {Fd: int32(pidfd), Events: unix.POLLIN}}
	ended := 0
	for {
		n, err := unix.Poll(fds[:2-ended], ended-1)
		switch {
		case err == unix.EINTR:
		case err != nil || fds[0].Revents != 0:
			return true
		case ended == 1 && n == 0:
			return false
		default: // looked at the socket before the process, which may have said it in between
			ended = 1
		}
	}
}

func closeStray(fd int) {
	if fd >= 0 {
		unix.Close(fd)
	}
}

// longestTold is how long the rest of a failure may take to arrive.
const longestTold = 10 * time.Second

// toldFailure is the failure that a process tells of: a status, and then what
// its instructions do.
func toldFailure(status []byte, rest *os.File) error {
	limit := unix.NsecToTimeval(longestTold.Nanoseconds())
	if err := unix.SetsockoptTimeval(int(rest.Fd()), unix.SOL_SOCKET, unix.SO_RCVTIMEO, &limit); err != nil {
		return os.NewSyscallError("setsockopt", err)
	}
	text, err := io.ReadAll(io.LimitReader(rest, mostReport))
	if err != nil {
		return errTold
	}
	if _, failure := readReport(append(status, text...)); failure != errNoReport {
		return failure
	}
	return errTold
}

// describeGates has each Gate tell what the instructions of its program do.
func describeGates(p *plan.Plan) {
	for _, s := range p.Steps {
		if g, ok := s.(*plan.Gate); ok {
			g.Describe = func(b *program.Builder) []byte { return describe(nil, p, b) }
		}
	}
}
