package containers

import (
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"isle/internal/cli/parent"
	"isle/internal/engine"
	"isle/internal/engine/hold"
	"isle/internal/engine/logs"
	"isle/internal/getopt"
)

// held is what the monitor of a container is told.
func held(e *engine.Engine, c *engine.Container) (*hold.Config, error) {
	r := &c.Request
	driver, err := logs.Driver(r.Log.Driver)
	if err != nil {
		return nil, err
	}
	h := &hold.Config{
		ID: r.ID, Dir: c.Path(), Terminal: r.Terminal, Stdin: r.OpenStdin, Timeout: time.Duration(r.Timeout) * time.Second,
		Log: logs.Options{Driver: driver, Path: logPath(c), Tag: r.Log.Options["tag"], ID: r.ID, Name: r.Name},
	}
	for name, field := range map[string]func(n int64){
		"max-size": func(n int64) { h.Log.MaxSize = n },
		"max-file": func(n int64) { h.Log.MaxFile = int(n) },
	} {
		text := r.Log.Options[name]
		if text == "" {
			continue
		}
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil || n < 1 {
			return nil, fmt.Errorf("--log-opt %s: %q is no number", name, text)
		}
		field(n)
	}
	check, err := e.Health(c)
	if err != nil || check == nil {
		return h, err
	}
	h.Health = check.Interval
	if check.StartInterval > 0 && check.StartPeriod > 0 {
		h.Health = check.StartInterval
	}
	return h, nil
}

// logPath is where a container's log is.
func logPath(c *engine.Container) string {
	if path := c.Request.Log.Options["path"]; path != "" {
		return path
	}
	return c.Path(logs.File)
}

// startMonitored has a container started by a process that holds it from then on. With
// a client this command is at its streams until it ends.
func startMonitored(e *engine.Engine, c *engine.Container, cl *client) (status int, err error) {
	config, err := held(e, c)
	if err != nil {
		return 0, err
	}
	// Who runs it in the foreground takes its input along; in the background it
	// stays for the next.
	config.StdinOnce = cl != nil && config.Stdin && !config.Terminal
	m, err := hold.Start(config)
	if err != nil {
		return 0, err
	}
	defer m.Close()
	begin := func() (int, error) {
		pid, err := m.Run()
		if started, gone := e.Find(c.Request.ID); err == nil && gone == nil {
			warn(started)
		}
		return pid, err
	}
	if cl == nil {
		_, err := begin()
		return 0, err
	}
	return cl.attach(c, begin)
}

// failed reports why a container could not be started, and returns the exit status.
func failed(prog string, err error) int {
	var f *hold.Failure
	if !errors.As(err, &f) {
		return parent.Engine.Report(prog, err)
	}
	first, rest, more := strings.Cut(f.Text, "\n")
	getopt.Fail(prog, errors.New(first), os.Stderr)
	if more {
		fmt.Fprintln(os.Stderr, rest)
	}
	return f.Status
}
