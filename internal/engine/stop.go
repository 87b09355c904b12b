package engine

import (
	"errors"
	"fmt"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"isle/internal/container"
)

// ErrNotUp: the container has no process.
var ErrNotUp = errors.New("it is not running")

// Stop asks the container's program to end by its signal, and kills it after so
// many seconds; a negative number waits for ever. A container that does not run is
// no error; it is not started again by its policy either.
func (e *Engine) Stop(c *Container, sig syscall.Signal, seconds int) error {
	up, err := e.toEnd(c)
	if err != nil || !up {
		return err
	}
	pid, start := c.State.PID, c.State.Start
	if err := e.signal(c, sig); err != nil {
		return err
	}
	e.emit(c, "stop", nil)
	long := time.Duration(seconds) * time.Second
	if seconds < 0 {
		long = -1
	}
	if !waitExit(pid, start, long) {
		if err := e.signal(c, unix.SIGKILL); err != nil {
			return err
		}
		if !waitExit(pid, start, longestKill) {
			return fmt.Errorf("stop container %s: its process was killed and has not ended after %v", c.Request.Name, longestKill)
		}
	}
	return e.awaitEnd(c, pid)
}

const (
	longestKill = 10 * time.Second
	longestEnd  = 10 * time.Second // that a monitor may take to see to it
)

// toEnd notes that the container is to end, and says whether it has a process.
func (e *Engine) toEnd(c *Container) (bool, error) {
	if err := c.Lock(); err != nil {
		return false, err
	}
	defer c.Unlock()
	up := c.Up()
	if c.State.Stopping || !up && !c.Held() {
		return up, nil
	}
	c.State.Stopping = true
	if err := c.save(); err != nil || up {
		return up, err
	}
	c.dismiss()
	return false, nil
}

// dismiss tells the monitor of a container that does not run, and may be waiting
// to start it again, that it need not.
func (c *Container) dismiss() {
	if policy := c.Request.Restart; policy != "" && policy != "no" && c.Held() {
		unix.Kill(c.State.Monitor, unix.SIGTERM)
	}
}

// signal sends a signal to the container's first process.
func (e *Engine) signal(c *Container, sig syscall.Signal) error {
	err := e.Runtime.Kill(c.Request.ID, sig, false)
	if errors.Is(err, container.ErrNotRunning) || errors.Is(err, container.ErrNoContainer) {
		return nil // it has ended meanwhile
	}
	return err
}

// Kill sends a signal to the container's program. After SIGKILL no policy starts
// it again.
func (e *Engine) Kill(c *Container, sig syscall.Signal) error {
	if !c.Up() {
		return fmt.Errorf("kill container %s: %w", c.Request.Name, ErrNotUp)
	}
	if sig != unix.SIGKILL {
		e.emit(c, "kill", nil)
		return e.signal(c, sig)
	}
	if up, err := e.toEnd(c); err != nil || !up {
		return err
	}
	pid, start := c.State.PID, c.State.Start
	if err := e.signal(c, sig); err != nil {
		return err
	}
	e.emit(c, "kill", nil)
	waitExit(pid, start, longestKill)
	return e.awaitEnd(c, pid)
}

// awaitEnd waits until the end of a process is written down by who holds the
// container, and does it where nobody is left to.
func (e *Engine) awaitEnd(c *Container, pid int) error {
	pause := time.Millisecond
	for deadline := time.Now().Add(longestEnd); time.Now().Before(deadline); time.Sleep(pause) {
		pause = min(2*pause, 50*time.Millisecond)
		fresh, err := e.load(c.dir)
		if err != nil { // it was removed
			return nil
		}
		c.Request, c.State = fresh.Request, fresh.State
		if c.State.PID != pid {
			return nil
		}
		if !c.Held() {
			break
		}
	}
	_, err := e.End(c, Unseen)
	return err
}

// Pause stops all of a container's processes, and Unpause lets them go on.
func (e *Engine) Pause(c *Container) error { return e.freeze(c, true) }

// Unpause lets the processes go on.
func (e *Engine) Unpause(c *Container) error { return e.freeze(c, false) }

func (e *Engine) freeze(c *Container, on bool) error {
	status, err := c.Status()
	if err != nil {
		return err
	}
	if want := map[bool]Status{true: Running, false: Paused}[on]; status != want {
		verb := map[bool]string{true: "pause", false: "unpause"}[on]
		return fmt.Errorf("%s container %s: it is %s, not %s", verb, c.Request.Name, status, want)
	}
	if on {
		err = e.Runtime.Pause(c.Request.ID)
	} else {
		err = e.Runtime.Resume(c.Request.ID)
	}
	if err == nil {
		e.emit(c, map[bool]string{true: "pause", false: "unpause"}[on], nil)
	}
	return err
}

// AwaitExit waits until the container has no process and its end is written
// down, and gives its exit code. If it was never started that is waited for too.
func (e *Engine) AwaitExit(c *Container, poll time.Duration) (int, error) {
	for {
		fresh, err := e.load(c.dir)
		if err != nil {
			return Unseen, nil // it was removed, and its exit code with it
		}
		c.Request, c.State = fresh.Request, fresh.State
		switch {
		case c.State.PID != 0 && c.Up():
			waitExit(c.State.PID, c.State.Start, -1)
			if err := e.awaitEnd(c, c.State.PID); err != nil {
				return Unseen, err
			}
			if _, err := e.load(c.dir); err != nil {
				return c.State.ExitCode, nil
			}
		case c.State.PID != 0:
			if err := e.awaitEnd(c, c.State.PID); err != nil {
				return Unseen, err
			}
		case !c.State.Finished.IsZero():
			return c.State.ExitCode, nil
		default:
			time.Sleep(poll)
		}
	}
}
