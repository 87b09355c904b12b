package sandbox

import (
	"context"
	"errors"
	"io"
	"os"
	"time"

	"golang.org/x/sys/unix"

	"isle/internal/plan"
)

// Cmd is a program to be run isolated. It is used once. Its zero value with a
// Path runs that program with no isolation at all.
type Cmd struct {
	// Path is the program: a path in the sandbox's root, or a name to be
	// looked for in the directories of Env's PATH there.
	Path string
	// Args are the arguments, the program's name first.
	Args []string
	// Config says how the program is isolated.
	Config
	// Stdin, Stdout and Stderr are as in os/exec: nil is the null device, an
	// *os.File is handed over, anything else is served by a goroutine through a
	// pipe. If Stdout and Stderr are the same writer, one goroutine at a time
	// calls its Write. A Config with a Terminal uses none of them.
	Stdin          io.Reader
	Stdout, Stderr io.Writer

	// Cancel is called when the context of a CommandContext is done; nil is
	// Process.Kill. It may let the program end in an orderly way, such as by
	// sending SIGTERM, and return os.ErrProcessDone if it has ended.
	Cancel func() error
	// WaitDelay bounds how long Wait goes on once the context is done or the
	// program has ended: a program still running is then killed, and a pipe
	// that a descendant of it keeps open is closed on this side, with
	// ErrWaitDelay. 0 waits without bound. With a new PID namespace there are
	// no such descendants: they end with the program.
	WaitDelay time.Duration

	// Process is the running program's, after Start.
	Process *Process
	// Console is, after Start, the outer end of the pseudo terminal that the
	// Config asked for. Whoever started the Cmd closes it.
	Console *os.File

	ctx     context.Context
	fixed   *plan.Plan
	inherit bool
	stay    bool // the thread that starts the program stays as long as it
	files   stdio
	started bool
	waited  bool
	watched chan outcome
}

// Command returns a Cmd for a program and its arguments.
func Command(name string, args ...string) *Cmd {
	return &Cmd{Path: name, Args: append([]string{name}, args...)}
}

// CommandContext is like Command; when ctx is done before the program has
// ended, Cancel is called, which kills it unless it is set.
func CommandContext(ctx context.Context, name string, args ...string) *Cmd {
	c := Command(name, args...)
	c.ctx = ctx
	return c
}

// Planned returns a Cmd that carries out a plan made elsewhere in isle, with
// this process's own standard input and outputs.
func Planned(p *plan.Plan) *Cmd { return &Cmd{fixed: p, inherit: true} }

// String is the program and its arguments as a line of shell.
func (c *Cmd) String() string {
	if len(c.Args) < 2 {
		return plan.Quote(c.Path)
	}
	return plan.Quote(append([]string{c.Path}, c.Args[1:]...)...)
}

// Show writes what Start would do, and does nothing of it. The form is
// "steps", a line of words for each; "shell", a script of util-linux and
// coreutils that does the same; "syscalls"; or "json".
func (c *Cmd) Show(w io.Writer, form string) error {
	f, err := plan.ParseForm(form)
	if err != nil {
		return err
	}
	p, err := c.Plan()
	if err != nil {
		return err
	}
	return p.Show(w, f)
}

// Start starts the program and returns when it has been executed. If a step of
// the isolation fails, or the program cannot be executed, the error is a
// *StepError and nothing is left behind. Other errors are of a Config that
// makes no sense, or of this process's own files. Wait must be called after a
// Start that succeeded.
func (c *Cmd) Start() error {
	if c.started {
		return errors.New("sandbox: already started")
	}
	c.started = true
	err := c.start()
	c.files.handedOver()
	if err != nil {
		c.files.close()
		c.closeConsole()
		return err
	}
	c.files.serve()
	c.watch()
	return nil
}

func (c *Cmd) start() error {
	if c.ctx != nil && c.ctx.Err() != nil {
		return c.ctx.Err()
	}
	if !c.inherit {
		if err := c.files.open(c); err != nil {
			return err
		}
	}
	err := c.attempt()
	for range mostAttempts - 1 {
		if !c.outdated(err) {
			break
		}
		err = c.attempt()
	}
	return err
}

// mostAttempts is how often a plan that was overtaken by the host is made.
const mostAttempts = 10

func (c *Cmd) attempt() error {
	p, err := c.Plan()
	if err != nil {
		return err
	}
	if !c.inherit {
		p = withFiles(p, &c.files)
	}
	p.Console = c.takeFile
	c.Process, err = startProcess(p, c.stay)
	return err
}

// outdated says that what was planned over the host's files may have failed
// because something was mounted there meanwhile: an overlay must not hide a
// mount from those who did not make it.
func (c *Cmd) outdated(err error) bool {
	e, ok := err.(*StepError)
	return ok && c.fixed == nil && c.Root != nil && c.Root.Dir == "" && e.Errno == unix.EINVAL && e.facts.FSType == "overlay"
}

// takeFile takes what the process hands over: the other end of its terminal.
func (c *Cmd) takeFile(fd int) error {
	c.closeConsole()
	c.Console = os.NewFile(uintptr(fd), "terminal")
	if outer, ok := c.Stdin.(*os.File); ok {
		if size, err := unix.IoctlGetWinsize(int(outer.Fd()), unix.TIOCGWINSZ); err == nil {
			unix.IoctlSetWinsize(fd, unix.TIOCSWINSZ, size)
		}
	}
	return nil
}

func (c *Cmd) closeConsole() {
	if c.Console != nil {
		c.Console.Close()
		c.Console = nil
	}
}

// Run starts the program and waits for it.
func (c *Cmd) Run() error {
	if err := c.Start(); err != nil {
		return err
	}
	return c.Wait()
}
