package containers

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"isle/internal/cli/verb"
	"isle/internal/engine"
	"isle/internal/getopt"
)

// What isle wait is for.
const (
	WaitAbout = `Wait until containers have ended, or do what --condition says, and print their exit
codes, a line each.`
	WaitExample = `isle wait web
# Until it answers
isle wait --condition healthy web`
)

// WaitFlags is the table of options of wait.
func WaitFlags() []getopt.Option {
	return []getopt.Option{
		value("condition", 0, "STATUS", "wait for this: created, running, paused, exited, stopped, removed, healthy or unhealthy; may be given several times"),
		flag("ignore", 0, "the exit code of a container that is not there is -1"),
		value("interval", 'i', "TIME", "look so often, as 250ms or 2s; isle is told of an end at once"),
		newest, verb.Help,
	}
}

func waitVerb() *verb.Verb { return newVerb("wait", ContainersOperands, WaitAbout, WaitFlags(), 0, -1) }

// Wait waits for containers.
func Wait(prog string, args []string) int { return waitVerb().Main(prog, args, wait) }

// conditions are what can be waited for.
var conditions = [...]string{"created", "configured", "running", "paused", "exited", "stopped", "removed", "removing", "healthy", "unhealthy"}

func wait(c *verb.Command) error {
	poll, err := interval(c)
	if err != nil {
		return err
	}
	wanted := given(c, "condition")
	for _, w := range wanted {
		if !slices.Contains(conditions[:], w) {
			return fmt.Errorf("--condition: '%s' cannot be waited for", w)
		}
	}
	e, err := engine.Open()
	if err != nil {
		return err
	}
	list, err := targets(e, &verb.Command{Name: c.Name, Words: c.Words}, nil)
	if c.On("latest") {
		list, err = targets(e, c, nil)
	}
	if err != nil {
		return err
	}
	status := 0
	for _, t := range list {
		code := engine.Unseen
		if t.err == nil {
			code, t.err = waitOne(e, t.Container, wanted, poll)
		} else if c.On("ignore") && errors.Is(t.err, engine.ErrUnknown) {
			t.err = nil
		}
		if t.err != nil {
			status = failure
			verb.Report("isle", fmt.Errorf("wait %w", t.err))
			continue
		}
		fmt.Println(code)
	}
	if status != 0 {
		return verb.Status(status)
	}
	return nil
}

// interval is what --interval says: a time, or a number of milliseconds.
func interval(c *verb.Command) (time.Duration, error) {
	text := c.Value("interval")
	if text == "" {
		return 250 * time.Millisecond, nil
	}
	if n, err := strconv.ParseUint(text, 10, 31); err == nil {
		return time.Duration(n) * time.Millisecond, nil
	}
	d, err := time.ParseDuration(text)
	if err != nil || d <= 0 {
		return 0, fmt.Errorf("--interval takes a time, such as 250ms, not '%s'", text)
	}
	return d, nil
}

// waitOne waits until one of the conditions holds: by default that it has ended.
func waitOne(e *engine.Engine, o *engine.Container, wanted []string, poll time.Duration) (int, error) {
	if len(wanted) == 0 || slices.Equal(wanted, []string{"exited"}) || slices.Equal(wanted, []string{"stopped"}) {
		return e.AwaitExit(o, poll)
	}
	for ; ; time.Sleep(poll) {
		fresh, err := e.Find(o.Request.ID)
		if errors.Is(err, engine.ErrUnknown) {
			if slices.Contains(wanted, "removed") || slices.Contains(wanted, "removing") {
				return o.State.ExitCode, nil
			}
			return engine.Unseen, err
		}
		if err != nil {
			return engine.Unseen, err
		}
		if o = fresh; e.Refresh(o) != nil {
			continue
		}
		status, err := o.Status()
		if err != nil {
			return engine.Unseen, err
		}
		if holds(wanted, status, o.State.Health.Status) {
			if status != engine.Exited {
				return engine.Unseen, nil
			}
			return o.State.ExitCode, nil
		}
	}
}

func holds(wanted []string, status engine.Status, health string) bool {
	return slices.ContainsFunc(wanted, func(w string) bool {
		switch w {
		case "stopped":
			w = string(engine.Exited)
		case "configured":
			w = string(engine.Created)
		}
		return w == string(status) || w == health && status == engine.Running
	})
}
