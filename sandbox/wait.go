package sandbox

import (
	"errors"
	"fmt"
	"os"
	"syscall"
	"time"
)

// ErrWaitDelay is what Wait returns if the program ended with status 0 but its
// pipes were still open after WaitDelay.
var ErrWaitDelay = errors.New("sandbox: WaitDelay expired before the program's pipes were closed")

// outcome is what became of the context while the program ran.
type outcome struct {
	err      error     // why the program was cancelled, nil if it was not
	deadline time.Time // of what is left to do, zero if there is none
}

// watch cancels the program when the context is done.
func (c *Cmd) watch() {
	if c.ctx == nil || c.ctx.Done() == nil {
		return
	}
	c.watched = make(chan outcome, 1)
	go func() {
		select {
		case <-c.ctx.Done():
			c.watched <- c.cancel()
		case <-c.Process.ended:
			c.watched <- outcome{}
		}
	}()
}

// cancel calls Cancel and, if the program does not end, kills it after WaitDelay.
func (c *Cmd) cancel() outcome {
	cancel := c.Cancel
	if cancel == nil {
		cancel = c.Process.Kill
	}
	var o outcome
	switch err := cancel(); {
	case err == nil:
		o.err = c.ctx.Err()
	case !errors.Is(err, os.ErrProcessDone):
		o.err = fmt.Errorf("sandbox: cancel: %w", err)
	}
	if c.WaitDelay <= 0 {
		return o
	}
	o.deadline = time.Now().Add(c.WaitDelay)
	timer := time.NewTimer(c.WaitDelay)
	defer timer.Stop()
	select {
	case <-timer.C:
		c.Process.Kill()
	case <-c.Process.ended:
	}
	return o
}

// Wait waits until the program has ended and its input and output have been
// copied, and closes the pipes. A status other than 0 is an *ExitError. If the
// context's end had the program cancelled, errors.Is finds the context's error
// in what Wait returns.
func (c *Cmd) Wait() error {
	switch {
	case c.Process == nil:
		return errors.New("sandbox: not started")
	case c.waited:
		return errors.New("sandbox: Wait was already called")
	}
	c.waited = true
	status, err := c.Process.wait(false)
	if err != nil {
		c.files.close()
		return err
	}
	o := outcome{}
	if c.watched != nil {
		o = <-c.watched
	}
	if c.WaitDelay > 0 && o.deadline.IsZero() {
		o.deadline = time.Now().Add(c.WaitDelay)
	}
	copied := c.files.wait(o.deadline)
	switch {
	case status != 0:
		return &ExitError{Status: status, Cause: o.err}
	case o.err != nil:
		return o.err
	}
	return copied
}

// WaitStatus waits until the program has ended or, with stops, has been
// stopped by a signal, and returns the status that wait4(2) gave; when it has
// ended, the same each time. It is for callers that stop and continue with the
// program. It does not see to the pipes: a Cmd that has any needs Wait as well.
func (c *Cmd) WaitStatus(stops bool) (syscall.WaitStatus, error) {
	if c.Process == nil {
		return 0, errors.New("sandbox: not started")
	}
	return c.Process.wait(stops)
}
