package sandbox

import (
	"encoding/json"
	"errors"
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

// Exec carries out the plan in this process: the program keeps its pid. On
// success it does not return.
//
// A step that fails after this process has been replaced makes it execute the
// file it was started from again; FailedExec, to be called first thing in
// main, then returns what failed.
func (c *Cmd) Exec() error {
	p, err := c.Plan()
	if err != nil {
		return err
	}
	self, err := unix.Open("/proc/self/exe", unix.O_PATH, 0)
	if err != nil {
		return &os.PathError{Op: "open", Path: "/proc/self/exe", Err: err}
	}
	links, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_SEQPACKET, 0)
	if err != nil {
		return os.NewSyscallError("socketpair", err)
	}
	file, err := unix.MemfdCreate("isle-report", 0)
	if err != nil {
		return os.NewSyscallError("memfd_create", err)
	}
	l := p.LowerInPlace(strconv.Itoa(os.Getpid()), links, plan.Relay{
		Report: file, Self: self, Args: []string{failedArg, strconv.Itoa(file)}, Env: os.Environ(),
	})
	if err := writeReport(file, p, l); err != nil {
		return err
	}
	return spawn.InPlace(l.Builder, os.Args, os.Environ())
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
		return errors.New("sandbox: no report"), nil
	}
	f := os.NewFile(uintptr(fd), "report")
	text := make([]byte, 1<<20)
	n, err := f.ReadAt(text, 0)
	if n < program.StatusSize {
		return err, nil
	}
	var r report
	if err := json.Unmarshal(text[program.StatusSize:n], &r); err != nil {
		return err, nil
	}
	index, errno := spawn.ReadStatus(text)
	if index >= len(r.Instrs) {
		return errors.New("sandbox: a report of another program"), r.Args
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
