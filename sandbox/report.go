package sandbox

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
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
	Steps  []reportStep
	Args   []string // the command line
}

type reportInstr struct {
	Step           int
	Doing, Syscall string
}

type reportStep struct {
	Words string
	Facts why.Facts
}

func writeReport(fd int, p *plan.Plan, l *plan.Lowering) error {
	r := report{Args: os.Args}
	for n := 0; n < l.Len(); n++ {
		i := l.Instr(n)
		r.Instrs = append(r.Instrs, reportInstr{i.Step, i.Doing, i.Name()})
	}
	for n, s := range p.Steps {
		r.Steps = append(r.Steps, reportStep{s.Words(), facts(p, n)})
	}
	text, err := json.Marshal(r)
	if err == nil {
		_, err = unix.Pwrite(fd, text, program.StatusSize)
	}
	return err
}

// FailedExec returns the failure that this process was executed to tell of,
// and the command line it stands for; nil if it was started as usual.
func FailedExec() (failure error, args []string) {
	if len(os.Args) != 2 || os.Args[0] != failedArg {
		return nil, nil
	}
	fd, err := strconv.Atoi(os.Args[1])
	if err != nil {
		return errNoReport, nil
	}
	f := os.NewFile(uintptr(fd), "report")
	if f == nil {
		return errNoReport, nil
	}
	defer f.Close()
	text, err := io.ReadAll(io.NewSectionReader(f, 0, mostReport))
	if err != nil {
		return err, nil
	}
	return readReport(text)
}

// mostReport is more than the arguments of a program may have.
const mostReport = 64 << 20

var errNoReport = errors.New("sandbox: there is no report of a failure")

// readReport takes a report apart, which anybody may have made up.
func readReport(text []byte) (failure error, args []string) {
	if len(text) < program.StatusSize {
		return errNoReport, nil
	}
	var r report
	if err := json.Unmarshal(text[program.StatusSize:], &r); err != nil {
		return fmt.Errorf("%w: %w", errNoReport, err), nil
	}
	index, errno := spawn.ReadStatus(text)
	if index < 0 || index >= len(r.Instrs) {
		return errNoReport, r.Args
	}
	if step := r.Instrs[index].Step; step < 0 || step >= len(r.Steps) {
		return errNoReport, r.Args
	}
	return r.failure(index, errno), r.Args
}

func (r *report) failure(index int, errno syscall.Errno) *StepError {
	i := r.Instrs[index]
	step := r.Steps[i.Step]
	e := &StepError{Step: step.Words, Doing: i.Doing, Syscall: i.Syscall, Errno: errno, facts: step.Facts}
	e.complete()
	return e
}
