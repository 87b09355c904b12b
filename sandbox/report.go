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
// what the plan does, each thing once, and for each instruction the number of
// its system call and of what it does.
func writeReport(fd int, p *plan.Plan, l *plan.Lowering) error {
	_, err := unix.Pwrite(fd, describe(os.Args, p, l.Builder), program.StatusSize)
	return os.NewSyscallError("pwrite", err)
}

func describe(args []string, p *plan.Plan, l *program.Builder) []byte {
	w := make(reportWriter, 0, 4096)
	w.number(uint64(len(args)))
	for _, a := range args {
		w.text(a)
	}
	var things []*program.Instr // the first instruction of each
	numbers := make([]int, l.Len())
	for n := range l.Len() {
		numbers[n] = thing(&things, l.Instr(n))
	}
	w.number(uint64(len(things)))
	for _, i := range things {
		w.thing(p, i)
	}
	for n := range l.Len() {
		w.number(uint64(numbers[n]))
		w.number(uint64(l.Instr(n).Nr))
	}
	return w
}

// thing is the number of what the instruction does, which may be a new one.
func thing(list *[]*program.Instr, i *program.Instr) int {
	for n := len(*list) - 1; n >= 0; n-- { // it often is what the one before does
		if have := (*list)[n]; have.Step == i.Step && have.Doing == i.Doing {
			return n
		}
	}
	*list = append(*list, i)
	return len(*list) - 1
}

func (w *reportWriter) thing(p *plan.Plan, i *program.Instr) {
	words := ""
	if i.Doing == "" {
		words = p.Steps[i.Step].Words()
	}
	facts := p.Facts(i.Step, i.Doing)
	w.text(i.Doing)
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
	if index >= spawn.InnerIndex {
		index -= spawn.InnerIndex
	}
	r := reportReader{rest: text[program.StatusSize:]}
	for n := r.number(); n > 0 && !r.bad; n-- {
		args = append(args, r.text())
	}
	var things []StepError
	for n := r.number(); n > 0 && !r.bad; n-- {
		e := StepError{Doing: r.text(), Step: r.text(), Errno: errno}
		eachFact(&e.facts, func(s *string) { *s = r.text() }, func(n *uint64) { *n = r.number() })
		things = append(things, e)
	}
	for ; len(r.rest) > 0 && !r.bad; index-- {
		number, call := r.number(), r.number()
		if index == 0 && number < uint64(len(things)) && !r.bad {
			e := things[number]
			e.Syscall = program.SyscallName(int64(call))
			e.complete()
			return args, &e
		}
	}
	return args, errNoReport
}
