package sandbox

import (
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
)

// failedArg is argument 0 of an isle that was executed to tell of a failure.
const failedArg = "isle: failed in place"

// A report is what an isle executed after a failure in place needs to know of
// the plan. It is written to a file in memory beforehand, behind the status, at
// every start: so in a form that is quick to write. It holds the command line,
// and the instructions in runs of those that do the same.
func writeReport(fd int, p *plan.Plan, l *plan.Lowering) error {
	w := make(reportWriter, program.StatusSize, 4096)
	w.number(uint64(len(os.Args)))
	for _, a := range os.Args {
		w.text(a)
	}
	for n := 0; n < l.Len(); {
		first, end := l.Instr(n), n+1
		for end < l.Len() && l.Instr(end).Step == first.Step && l.Instr(end).Doing == first.Doing {
			end++
		}
		w.run(p, first, end-n)
		for ; n < end; n++ {
			w.number(uint64(l.Instr(n).Nr))
		}
	}
	_, err := unix.Pwrite(fd, w[program.StatusSize:], program.StatusSize)
	return os.NewSyscallError("pwrite", err)
}

// run writes what n instructions have in common, but for the numbers of their
// system calls.
func (w *reportWriter) run(p *plan.Plan, first *program.Instr, n int) {
	words := ""
	if first.Doing == "" {
		words = p.Steps[first.Step].Words()
	}
	facts := p.Facts(first.Step, first.Doing)
	w.number(uint64(n))
	w.text(first.Doing)
	w.text(words)
	eachFact(&facts, func(s *string) { w.text(*s) }, func(n *uint64) { w.number(*n) })
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
	index, errno := spawn.ReadStatus(text)
	r := reportReader{rest: text[program.StatusSize:]}
	for n := r.number(); n > 0 && !r.bad; n-- {
		args = append(args, r.text())
	}
	for len(r.rest) > 0 && !r.bad {
		n := int(min(r.number(), uint64(len(r.rest))))
		e := &StepError{Doing: r.text(), Step: r.text(), Errno: errno}
		eachFact(&e.facts, func(s *string) { *s = r.text() }, func(n *uint64) { *n = r.number() })
		for range n {
			e.Syscall = program.SyscallName(int64(r.number()))
			if index == 0 && !r.bad {
				e.complete()
				return args, e
			}
			index--
		}
	}
	return args, errNoReport
}
