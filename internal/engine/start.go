package engine

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	specs "github.com/opencontainers/runtime-spec/specs-go"

	"isle/internal/container"
	"isle/ns"
	"isle/sandbox"
)

// Run is a container that this process has started and may wait for.
type Run struct {
	*Container
	session *container.Session
}

// Streams says how a container's process is connected: its standard input and
// outputs are this process's own, unless it has a terminal.
type Streams struct {
	Console func(*os.File) // takes the outer end of its terminal
	Width   uint
	Height  uint
	Monitor int // pid of who waits for its end; 0 is this process
	// PreserveFDs is how many descriptors from 3 on it gets besides.
	PreserveFDs int
	// Again says that its policy starts it. Somebody may have asked it to end since.
	Again bool
}

// size is how large the terminal is, nil if that is not known.
func (s Streams) size() *specs.Box {
	if s.Width == 0 || s.Height == 0 {
		return nil
	}
	return &specs.Box{Width: s.Width, Height: s.Height}
}

// ErrUp: the container has a process already.
var ErrUp = errors.New("it is running already")

// Start starts the container's program as a child of this process.
func (e *Engine) Start(c *Container, s Streams) (*Run, error) {
	if err := c.Lock(); err != nil {
		return nil, err
	}
	defer c.Unlock()
	return e.start(c, s)
}

// start starts a container whose lock this process holds.
func (e *Engine) start(c *Container, s Streams) (*Run, error) {
	if c.Up() {
		return nil, fmt.Errorf("start container %s: %w", c.Request.Name, ErrUp)
	}
	if s.Again && c.State.Stopping {
		return nil, fmt.Errorf("start container %s again: it was asked to end", c.Request.Name)
	}
	if !c.State.Started.IsZero() { // an end that nobody saw may have left something
		if err := e.Runtime.Delete(c.Request.ID, true, &container.Options{}); err != nil {
			return nil, fmt.Errorf("start container %s: %w", c.Request.Name, err)
		}
	}
	if err := c.watchedBy(s.Monitor); err != nil {
		return nil, err
	}
	var session *container.Session
	begin := func() (err error) {
		session, err = e.begin(c, s)
		return err
	}
	var err error
	if strings.HasPrefix(c.Request.Userns, "auto") { // nobody else chooses ids until these are written down
		err = e.withNames(begin)
	} else {
		err = begin()
	}
	if err != nil {
		return nil, err
	}
	e.emit(c, "start", nil)
	return &Run{c, session}, nil
}

// begin starts the container's process, and writes down which it is.
func (e *Engine) begin(c *Container, s Streams) (*container.Session, error) {
	session, err := c.launch(s)
	if err != nil {
		c.State.Started, c.State.Finished = time.Now(), time.Now()
		c.State.PID, c.State.Error, c.State.ExitCode = 0, err.Error(), ExitStatus(err)
		return nil, errors.Join(err, c.save())
	}
	c.State.PID, c.State.Started, c.State.Finished = session.PID(), time.Now(), time.Time{}
	if p, err := ns.ReadProcess(c.State.PID); err == nil {
		c.State.Start = p.Start
	}
	if h, err := e.Health(c); h != nil && err == nil {
		c.State.Health.Status = Starting
	}
	return session, c.save()
}

// ExitStatus is the exit status that stands for an error, as engines have it: 126
// if the program cannot be executed, 127 if it was not found, 125 for the rest.
func ExitStatus(err error) int {
	var step *sandbox.StepError
	if errors.As(err, &step) && step.Exec {
		return step.Status()
	}
	return 125
}

// watchedBy notes who waits for the container's end.
func (c *Container) watchedBy(pid int) error {
	if pid == 0 {
		pid = os.Getpid()
	}
	p, err := ns.ReadProcess(pid)
	if err != nil {
		return fmt.Errorf("look at process %d, which is to hold the container: %w", pid, err)
	}
	restarts := c.State.Restarts
	c.State = State{Monitor: pid, MonStart: p.Start, Restarts: restarts, Volumes: c.State.Volumes}
	return nil
}

// launch has the OCI runtime start the process.
func (c *Container) launch(s Streams) (*container.Session, error) {
	o, spec, err := c.prepare()
	if err != nil {
		return nil, err
	}
	o.Bundle, o.Spec = c.dir, spec
	o.Console = s.Console
	o.ConsoleSize, o.PreserveFDs, o.PidFile = s.size(), s.PreserveFDs, c.Request.PidFile
	return c.engine.Runtime.Run(c.Request.ID, o)
}
