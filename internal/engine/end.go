package engine

import (
	"errors"
	"fmt"
	"strconv"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"isle/internal/container"
)

// Unseen is the exit code of a container whose end nobody saw.
const Unseen = -1

// Wait waits for the end of the program and gives its exit status, 128+N if
// signal N ended it.
func (r *Run) Wait() (int, error) {
	status, err := r.session.Wait()
	if err != nil {
		return Unseen, err
	}
	return CodeOf(status), nil
}

// End sees to the end of the container that this process has waited for.
func (r *Run) End(code int) (Decision, error) {
	if r.Request.Limits.Memory != 0 {
		r.oom = r.engine.outOfMemory(r.Container)
	}
	if err := r.session.Finish(); err != nil {
		return Decision{}, fmt.Errorf("clean up after container %s: %w", r.Request.Name, err)
	}
	return r.engine.End(r.Container, code)
}

// Leave leaves the container to its monitor.
func (r *Run) Leave() { r.session.Leave() }

// CodeOf is the exit code that a status stands for.
func CodeOf(status syscall.WaitStatus) int {
	if status.Signaled() {
		return 128 + int(status.Signal())
	}
	return status.ExitStatus()
}

// Decision is what is to become of a container that has ended.
type Decision struct {
	Restart bool
	After   time.Duration
	Removed bool
}

// End sees to the end of a container's process: its cgroups go, what became of
// it is written down, and with --rm it is removed. Whoever knows of the end may
// call it; what is done already is not done again.
func (e *Engine) End(c *Container, code int) (Decision, error) {
	if err := c.Lock(); err != nil {
		if errors.Is(err, ErrUnknown) {
			return Decision{Removed: true}, nil
		}
		return Decision{}, err
	}
	defer c.Unlock()
	return e.end(c, code)
}

func (e *Engine) end(c *Container, code int) (Decision, error) {
	if c.Up() {
		return Decision{}, fmt.Errorf("container %s is running", c.Request.Name)
	}
	if c.State.PID != 0 {
		if err := e.settle(c, code); err != nil {
			return Decision{}, err
		}
	}
	d := c.decide()
	if d.Restart {
		c.State.Restarts++
		return d, c.save()
	}
	if c.Request.Remove {
		d.Removed = true
		return d, e.remove(c, true)
	}
	return d, nil
}

// settle writes down how a container ended.
func (e *Engine) settle(c *Container, code int) error {
	oom := c.oom || e.outOfMemory(c)
	if err := e.Runtime.Delete(c.Request.ID, true, &container.Options{}); err != nil {
		return fmt.Errorf("clean up after container %s: %w", c.Request.Name, err)
	}
	c.State.PID, c.State.Finished, c.State.ExitCode, c.State.OOMKilled = 0, time.Now(), code, oom
	if !c.Request.Remove || c.restarts() { // otherwise it is gone at once
		if err := c.save(); err != nil {
			return err
		}
	}
	v := c.event("died", map[string]string{"containerExitCode": strconv.Itoa(code)})
	v.ExitCode = &code
	if oom {
		e.emit(c, "oom", nil)
	}
	e.Emit(v)
	return nil
}

// outOfMemory says whether the kernel has killed a process of the container for
// want of memory.
func (e *Engine) outOfMemory(c *Container) bool {
	if c.Request.Limits.Memory == 0 {
		return false
	}
	o, err := e.Runtime.Open(c.Request.ID)
	if err != nil {
		return false
	}
	defer o.Close()
	return o.Cgroup.OOMKills() > 0
}

// decide applies the restart policy.
func (c *Container) decide() Decision {
	if !c.restarts() {
		return Decision{}
	}
	wait := 100 * time.Millisecond << min(c.State.Restarts, 10)
	if c.State.Finished.Sub(c.State.Started) > 10*time.Second {
		wait = 100 * time.Millisecond
	}
	return Decision{Restart: true, After: min(wait, time.Minute)}
}

func (c *Container) restarts() bool {
	if c.State.Stopping || c.State.Again {
		return !c.State.Stopping
	}
	switch c.Request.Restart {
	case "always", "unless-stopped":
		return true
	case "on-failure":
		most := c.Request.RestartMax
		return c.State.ExitCode != 0 && (most == 0 || c.State.Restarts < most)
	}
	return false
}

// Refresh sees to the end of a container whose monitor was killed, so that what
// is said of it is true.
func (e *Engine) Refresh(c *Container) error {
	if c.State.PID == 0 || c.Up() || c.Held() {
		return nil
	}
	c.State.Stopping = true
	d, err := e.End(c, Unseen)
	if err != nil || d.Removed {
		return err
	}
	return c.reload()
}

// waitExit waits until a process has ended, for so long; negative: for ever.
func waitExit(pid int, start uint64, long time.Duration) bool {
	fd, err := unix.PidfdOpen(pid, 0)
	if err != nil {
		return true
	}
	defer unix.Close(fd)
	if !alive(pid, start) {
		return true
	}
	deadline := time.Now().Add(long)
	for {
		left := -1
		if long >= 0 {
			left = max(0, int(time.Until(deadline).Milliseconds()))
		}
		n, err := unix.Poll([]unix.PollFd{{Fd: int32(fd), Events: unix.POLLIN}}, left)
		if n > 0 || err != nil && err != unix.EINTR {
			return true
		}
		if n == 0 && err == nil {
			return false
		}
	}
}
