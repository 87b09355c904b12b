package engine

import (
	"fmt"
	"io"
	"os"
	"time"

	"golang.org/x/sys/unix"

	"isle/internal/engine/request"
	"isle/internal/engine/setup"
)

const (
	mostOutput = 500 // bytes that are kept of what a check prints
	mostProbes = 5
)

// The states of a container's health.
const (
	Starting  = "starting"
	Healthy   = "healthy"
	Unhealthy = "unhealthy"
)

// CheckHealth runs the check of the container's health once, writes down what it
// found, and says after what time the next one is due.
func (e *Engine) CheckHealth(c *Container) (status string, next time.Duration, err error) {
	h, err := e.Health(c)
	if err != nil {
		return "", 0, err
	}
	if h == nil {
		return "", 0, fmt.Errorf("container %s has no health check", c.Request.Name)
	}
	probe, err := e.probe(c, h)
	if err != nil {
		return "", 0, err
	}
	was, err := c.noteProbe(probe, h)
	if err != nil {
		return "", 0, err
	}
	status = c.State.Health.Status
	if status != was {
		e.emit(c, "health_status", map[string]string{"health_status": status})
	}
	if status == Unhealthy && status != was {
		if err := e.onFailure(c, h.OnFailure); err != nil {
			return "", 0, err
		}
	}
	if next = h.Interval; h.StartInterval > 0 && status == Starting && time.Since(c.State.Started) < h.StartPeriod {
		next = h.StartInterval
	}
	return status, next, nil
}

// noteProbe writes a check down, and gives the status that was before.
func (c *Container) noteProbe(p Probe, h *request.Health) (was string, err error) {
	if err := c.Lock(); err != nil {
		return "", err
	}
	defer c.Unlock()
	was = c.State.Health.Status
	c.State.Health.note(p, h, c.State.Started)
	if c.State.Health.Status == Unhealthy && was != Unhealthy && h.OnFailure == "restart" {
		c.State.Again = true
	}
	return was, c.save()
}

// onFailure does what is to be done about a container that is not healthy any more.
func (e *Engine) onFailure(c *Container, what string) error {
	switch what {
	case "kill":
		return e.Kill(c, unix.SIGKILL)
	case "stop":
		sig, err := c.StopSignal()
		if err != nil {
			return err
		}
		return e.Stop(c, sig, c.StopSeconds())
	case "restart": // its end is seen to as any other, and Again says what comes then
		return e.signal(c, unix.SIGKILL)
	}
	return nil
}

// note counts a check.
func (s *Health) note(p Probe, h *request.Health, started time.Time) {
	if s.Log = append(s.Log, p); len(s.Log) > mostProbes {
		s.Log = s.Log[len(s.Log)-mostProbes:]
	}
	switch {
	case p.ExitCode == 0:
		s.Status, s.Failed = Healthy, 0
	case s.Status != Healthy && p.Start.Sub(started) < h.StartPeriod:
		s.Status = Starting // it may take its time
	default:
		if s.Failed++; s.Failed >= h.Retries {
			s.Status = Unhealthy
		} else if s.Status == "" {
			s.Status = Starting
		}
	}
}

// Health is the check of a container's health, with what it leaves out filled in;
// nil if it has none.
func (e *Engine) Health(c *Container) (*request.Health, error) {
	config, err := c.config()
	if err != nil {
		return nil, err
	}
	return setup.Health(&c.Request, config), nil
}

// probe runs the check's program in the container.
func (e *Engine) probe(c *Container, h *request.Health) (Probe, error) {
	words := h.Test[1:]
	switch h.Test[0] {
	case "CMD":
	case "CMD-SHELL":
		words = append([]string{"/bin/sh", "-c"}, words...)
	default:
		words = h.Test
	}
	out, restore, err := captured()
	if err != nil {
		return Probe{}, err
	}
	p := Probe{Start: time.Now()}
	cmd, err := e.Exec(c, &Exec{Args: words})
	restore()
	if err != nil { // the program is not there, for one: that is no health either
		p.End, p.ExitCode, p.Output = time.Now(), ExitStatus(err), err.Error()
		return p, nil
	}
	late := time.AfterFunc(h.Timeout, func() { cmd.Process.Kill() })
	status, err := cmd.WaitStatus(false)
	if err != nil {
		return p, err
	}
	p.End, p.ExitCode = time.Now(), CodeOf(status)
	if !late.Stop() {
		p.ExitCode, p.Output = -1, fmt.Sprintf("Health check exceeded timeout (%v)", h.Timeout)
		return p, nil
	}
	p.Output = out()
	return p, nil
}

// captured has what is started until restore get nothing as its standard input,
// and a pipe for what it prints; out is the beginning of that.
func captured() (out func() string, restore func(), err error) {
	r, w, err := os.Pipe()
	if err != nil {
		return nil, nil, err
	}
	null, err := os.OpenFile(os.DevNull, os.O_RDWR, 0)
	if err != nil {
		return nil, nil, err
	}
	defer null.Close()
	for fd, f := range []*os.File{null, w, w} {
		if err := unix.Dup3(int(f.Fd()), fd, 0); err != nil {
			return nil, nil, os.NewSyscallError("dup3", err)
		}
	}
	w.Close()
	text := make(chan string, 1)
	go func() {
		begin, _ := io.ReadAll(io.LimitReader(r, mostOutput))
		text <- string(begin)
		io.Copy(io.Discard, r) // or a program that prints much would wait
	}()
	restore = func() {
		n, err := unix.Open(os.DevNull, unix.O_RDWR|unix.O_CLOEXEC, 0)
		if err != nil {
			return
		}
		for fd := 1; fd <= 2; fd++ {
			unix.Dup3(n, fd, 0)
		}
		unix.Close(n)
	}
	out = func() string {
		select {
		case s := <-text:
			return s
		case <-time.After(100 * time.Millisecond): // a child of the check's still holds the pipe
			return ""
		}
	}
	return out, restore, nil
}
