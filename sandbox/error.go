package sandbox

import (
	"strconv"
	"strings"
	"syscall"

	"isle/internal/plan"
	"isle/internal/spawn"
	"isle/internal/why"
	"isle/ns"
)

// StepError is a step of a plan that failed. Nothing of the plan is left: no
// process, mount or descriptor.
//
// Its errno can be asked for with errors.Is: a program that is not there is one
// with Exec set and errors.Is(err, fs.ErrNotExist).
type StepError struct {
	Step    string        // what the step was to do, in words
	Doing   string        // what failed, for the message: "mount /proc failed"
	Syscall string        // the system call
	Errno   syscall.Errno // what the kernel answered
	Exec    bool          // the program itself could not be executed

	facts why.Facts
}

// Error is "DOING: errno text".
func (e *StepError) Error() string { return e.Doing + ": " + ErrnoText(e.Errno) }

// Unwrap gives the errno.
func (e *StepError) Unwrap() error { return e.Errno }

// Explain finds out why the step failed on this host. Each line is a cause or
// a remedy; there is none where isle cannot tell. Call it soon after the
// failure, for it looks at the host as it is then.
func (e *StepError) Explain() []string {
	return why.Explain(why.Failure{Doing: e.Doing, Syscall: e.Syscall, Errno: e.Errno, Facts: e.facts}).Lines()
}

// ErrnoText is the text of strerror(3), which begins with a capital letter.
func ErrnoText(errno syscall.Errno) string {
	s := errno.Error()
	return strings.ToUpper(s[:1]) + s[1:]
}

// ExitError is a program that ended with a status other than 0.
type ExitError struct {
	// Status is as wait4(2) gave it.
	Status syscall.WaitStatus
	// Stderr is the end of what the program wrote to its standard error, at
	// most 32 KiB, if Output ran it and Stderr was nil.
	Stderr []byte
	// Cause is the context's error if its end had the program cancelled, or
	// what went wrong with that.
	Cause error
}

// Error is "exit status 1" or "signal: killed", followed by the cause.
func (e *ExitError) Error() string {
	s := "exit status " + strconv.Itoa(e.Status.ExitStatus())
	if e.Status.Signaled() {
		s = "signal: " + e.Status.Signal().String()
	}
	if e.Status.CoreDump() {
		s += " (core dumped)"
	}
	if e.Cause != nil {
		s += ": " + e.Cause.Error()
	}
	return s
}

// Unwrap gives the cause.
func (e *ExitError) Unwrap() error { return e.Cause }

// ExitCode is the program's exit status, or -1 if a signal ended it.
func (e *ExitError) ExitCode() int { return e.Status.ExitStatus() }

// stepError turns what the engine says into a StepError.
func stepError(p *plan.Plan, l *plan.Lowering, err error) error {
	switch e := err.(type) {
	case *spawn.Failure:
		return failedInstr(p, e)
	case *spawn.PartError:
		if f, ok := e.Err.(*spawn.Failure); ok {
			return failedInstr(p, f)
		}
		return e.Err
	case *spawn.CloneError:
		return failedClone(p, e)
	}
	return err
}

func failedInstr(p *plan.Plan, f *spawn.Failure) *StepError {
	step := p.Steps[f.Instr.Step]
	e := &StepError{Step: step.Words(), Doing: f.Instr.Doing, Syscall: f.Instr.Name(), Errno: f.Errno, facts: p.Facts(f.Instr.Step, f.Instr.Doing)}
	e.complete()
	return e
}

func (e *StepError) complete() {
	if e.Doing == "" {
		e.Doing = e.Step
	}
	e.Exec = e.facts.Op == why.OpExec && strings.HasPrefix(e.Doing, "failed to execute")
}

func failedClone(p *plan.Plan, c *spawn.CloneError) *StepError {
	e := &StepError{Step: "fork a child process", Doing: "fork failed", Syscall: "clone3", Errno: c.Errno, facts: why.Facts{Op: why.OpCreate}}
	for n, s := range p.Steps {
		if create, ok := s.(*plan.Create); ok {
			e.Step, e.facts = s.Words(), p.Facts(n, "")
			if create.Kinds != ns.Set(0) {
				e.Doing = "unshare failed"
			}
			break
		}
	}
	return e
}
