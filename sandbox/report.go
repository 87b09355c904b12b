package sandbox

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"syscall"

	"golang.org/x/sys/unix"

	"isle/internal/plan"
	"isle/internal/program"
	"isle/internal/spawn"
	"isle/internal/why"
)

// failedArg is argument 0 of an isle that was executed to tell of a failure.
const failedArg = "isle: failed in place"

// report is what an isle executed after a failure in place needs to know of
// the plan. It is written to a file in memory beforehand, behind the status.
type report struct {
	Instrs []reportInstr
	Steps  []string    // in words
	Facts  []why.Facts // each at most once in a row
	Args   []string    // the command line
}

type reportInstr struct {
	Step, Facts    int // indexes
	Doing, Syscall string
}

func writeReport(fd int, p *plan.Plan, l *plan.Lowering) error {
	r := report{Args: os.Args}
	for _, s := range p.Steps {
		r.Steps = append(r.Steps, s.Words())
	}
	for n := range l.Len() {
		i := l.Instr(n)
		if f, k := p.Facts(i.Step, i.Doing), len(r.Facts); k == 0 || r.Facts[k-1] != f {
			r.Facts = append(r.Facts, f)
		}
		r.Instrs = append(r.Instrs, reportInstr{i.Step, len(r.Facts) - 1, i.Doing, i.Name()})
	}
	text, err := json.Marshal(r)
	if err == nil {
		_, err = unix.Pwrite(fd, text, program.StatusSize)
	}
	return err
}

// A process that was executed to tell of a failure does that before main, and
// nothing else: a program whose main knows nothing of it would do its work once
// more, fail once more, and so on for ever.
func init() {
	if len(os.Args) == 2 && os.Args[0] == failedArg {
		args, err := failedExec()
		os.Exit(tellFailed(args, err))
	}
}

// tellFailed writes what failed and why to standard error, in the name of the
// program that was to be replaced, and returns the exit status of unshare(1).
func tellFailed(args []string, err error) int {
	name := "isle"
	if len(args) > 0 {
		name = filepath.Base(args[0])
	}
	fmt.Fprintf(os.Stderr, "%s: %v\n", name, err)
	step, ok := err.(*StepError)
	if !ok {
		return 1
	}
	for _, line := range step.Explain() {
		fmt.Fprintln(os.Stderr, line)
	}
	return step.Status()
}

// Status is the exit status that shells, unshare(1) and env(1) have for the
// failure: 127 for a program that was not found, 126 for one that cannot be
// executed, 1 for anything else.
func (e *StepError) Status() int {
	switch {
	case !e.Exec:
		return 1
	case e.Errno == syscall.ENOENT:
		return 127
	}
	return 126
}

// failedExec returns the failure that this process was executed to tell of,
// and the command line it stands for.
func failedExec() (args []string, failure error) {
	fd, err := strconv.Atoi(os.Args[1])
	if err != nil {
		return nil, errNoReport
	}
	f := os.NewFile(uintptr(fd), "report")
	if f == nil {
		return nil, errNoReport
	}
	defer f.Close()
	text, err := io.ReadAll(io.NewSectionReader(f, 0, mostReport))
	if err != nil {
		return nil, err
	}
	return readReport(text)
}

// mostReport is more than the arguments of a program may have.
const mostReport = 64 << 20

var errNoReport = errors.New("sandbox: there is no report of a failure")

// readReport takes a report apart, which anybody may have made up.
func readReport(text []byte) (args []string, failure error) {
	if len(text) < program.StatusSize {
		return nil, errNoReport
	}
	var r report
	if err := json.Unmarshal(text[program.StatusSize:], &r); err != nil {
		return nil, fmt.Errorf("%w: %w", errNoReport, err)
	}
	index, errno := spawn.ReadStatus(text)
	if index < 0 || index >= len(r.Instrs) {
		return r.Args, errNoReport
	}
	if i := r.Instrs[index]; i.Step < 0 || i.Step >= len(r.Steps) || i.Facts < 0 || i.Facts >= len(r.Facts) {
		return r.Args, errNoReport
	}
	return r.Args, r.failure(index, errno)
}

func (r *report) failure(index int, errno syscall.Errno) *StepError {
	i := r.Instrs[index]
	e := &StepError{Step: r.Steps[i.Step], Doing: i.Doing, Syscall: i.Syscall, Errno: errno, facts: r.Facts[i.Facts]}
	e.complete()
	return e
}
