package sandbox

import (
	"context"
	"errors"
	"io"
	"os"
	"sync"
	"syscall"

	"golang.org/x/sys/unix"

	"isle/internal/plan"
	"isle/internal/spawn"
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
	// *os.File is handed over, anything else is served by a goroutine.
	Stdin          io.Reader
	Stdout, Stderr io.Writer

	// Process is the running program's, after Start.
	Process *Process
	// Console is, after Start, the outer end of the pseudo terminal that the
	// Config asked for. Whoever started the Cmd closes it.
	Console *os.File

	ctx     context.Context
	fixed   *plan.Plan
	inherit bool
	files   stdio
	done    chan struct{}
}

// Process is a sandboxed process.
type Process struct {
	p  *spawn.Process
	mu sync.Mutex
}

// Pid is the process's pid as its parent sees it.
func (p *Process) Pid() int { return p.p.Pid }

// Signal sends a signal to the process. To one that has ended it returns
// os.ErrProcessDone.
func (p *Process) Signal(sig syscall.Signal) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.p.Fd() < 0 {
		return os.ErrProcessDone
	}
	return p.p.Signal(sig)
}

// Kill sends SIGKILL.
func (p *Process) Kill() error { return p.Signal(syscall.SIGKILL) }

// ExitError is a program that ended with a status other than 0.
type ExitError struct{ Status syscall.WaitStatus }

func (e *ExitError) Error() string {
	if e.Status.Signaled() {
		return "signal: " + e.Status.Signal().String()
	}
	return "exit status " + itoa(e.Status.ExitStatus())
}

// Command returns a Cmd for a program and its arguments.
func Command(name string, args ...string) *Cmd {
	return &Cmd{Path: name, Args: append([]string{name}, args...)}
}

// CommandContext is like Command; when ctx is done the program is killed.
func CommandContext(ctx context.Context, name string, args ...string) *Cmd {
	c := Command(name, args...)
	c.ctx = ctx
	return c
}

// Planned returns a Cmd that carries out a plan made elsewhere in isle, with
// this process's own standard input and outputs.
func Planned(p *plan.Plan) *Cmd { return &Cmd{fixed: p, inherit: true} }

// Start starts the program and returns when it has been executed. If a step of
// the isolation fails the error is a *StepError and nothing is left behind.
func (c *Cmd) Start() error {
	if c.Process != nil {
		return errors.New("sandbox: already started")
	}
	if c.ctx != nil && c.ctx.Err() != nil {
		return c.ctx.Err()
	}
	p, err := c.Plan()
	if err != nil {
		return err
	}
	if !c.inherit && !c.Terminal {
		if err := c.files.open(c); err != nil {
			return err
		}
		p = withFiles(p, &c.files)
	}
	process, err := start(p, c.takeFile)
	c.files.handedOver()
	if err != nil {
		c.files.close()
		return err
	}
	c.Process = &Process{p: process}
	c.files.serve()
	c.watch()
	return nil
}

// takeFile takes what the process hands over: the other end of its terminal.
func (c *Cmd) takeFile(fd int) {
	if c.Console != nil {
		c.Console.Close()
	}
	c.Console = os.NewFile(uintptr(fd), "terminal")
	if outer, ok := c.Stdin.(*os.File); ok {
		if size, err := unix.IoctlGetWinsize(int(outer.Fd()), unix.TIOCGWINSZ); err == nil {
			unix.IoctlSetWinsize(fd, unix.TIOCSWINSZ, size)
		}
	}
}

// watch kills the program when the context is done.
func (c *Cmd) watch() {
	if c.ctx == nil || c.ctx.Done() == nil {
		return
	}
	c.done = make(chan struct{})
	go func() {
		select {
		case <-c.ctx.Done():
			c.Process.Kill()
		case <-c.done:
		}
	}()
}

// Wait waits until the program has ended and its output has been copied. A
// status other than 0 is an *ExitError.
func (c *Cmd) Wait() error {
	status, err := c.WaitStatus(false)
	if err != nil {
		return err
	}
	copied := c.files.wait()
	switch {
	case c.ctx != nil && c.ctx.Err() != nil && status.Signaled():
		return c.ctx.Err()
	case status != 0:
		return &ExitError{status}
	}
	return copied
}

// WaitStatus waits until the program has ended or, with stops, has been
// stopped by a signal, and returns the status that wait4(2) gave.
func (c *Cmd) WaitStatus(stops bool) (syscall.WaitStatus, error) {
	if c.Process == nil {
		return 0, errors.New("sandbox: not started")
	}
	status, err := c.Process.p.Wait(stops)
	if err != nil || status.Stopped() {
		return status, err
	}
	if c.done != nil {
		close(c.done)
	}
	c.Process.mu.Lock()
	c.Process.p.Release()
	c.Process.mu.Unlock()
	return status, nil
}

// Run starts the program and waits for it.
func (c *Cmd) Run() error {
	if err := c.Start(); err != nil {
		return err
	}
	return c.Wait()
}
