package containers

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"sync"
	"time"

	"golang.org/x/sys/unix"

	"isle/internal/cli/verb"
	"isle/internal/engine"
	"isle/internal/engine/logs"
	"isle/internal/getopt"
)

// What logs is for, and examples.
const (
	LogsOperands = "CONTAINER..."
	LogsAbout    = `Print what containers have printed, to the same outputs. Times are like
2006-01-02T15:04:05Z, of which the end may be missing, seconds since 1970, or how
long ago, such as 10m or 1h30m.

With --follow it goes on until the container has ended. The log of the driver
journald is printed by journalctl; with none and passthrough there is none.`
	LogsExample = `# The last ten lines, and all that come
isle logs -f --tail 10 web
# What two containers have said in the last hour, and when
isle logs -t --names --since 1h web db`
)

// LogsFlags is the table of options of logs.
func LogsFlags() []getopt.Option {
	const group = "Options"
	return []getopt.Option{
		{Long: "color", Group: group, Help: "print the lines of each container in a colour of its own"},
		{Long: "follow", Short: 'f', Group: group, Help: "go on with what comes"},
		latest,
		{Long: "names", Short: 'n', Group: group, Help: "print the container's name before each line"},
		{Long: "since", Arg: getopt.Required, ArgName: "TIME", Group: group, Help: "leave out what was printed before"},
		{Long: "tail", Arg: getopt.Required, ArgName: "N", Group: group, Help: "print the last N lines only; all, or -1, is all"},
		{Long: "timestamps", Short: 't', Group: group, Help: "print before each line when it was printed"},
		{Long: "until", Arg: getopt.Required, ArgName: "TIME", Group: group, Help: "leave out what was printed after"},
		verb.Help,
	}
}

// Logs is the command.
func Logs(prog string, args []string) int {
	v := verb.Verb{Name: "logs", Operands: LogsOperands, About: LogsAbout, Options: LogsFlags(), Most: -1, Failed: 125}
	return v.Main(prog, args, func(v *verb.Command) error {
		e, err := engine.Open()
		if err != nil {
			return err
		}
		list, err := named(e, v)
		if err != nil {
			return err
		}
		q, err := queryOf(v)
		if err != nil {
			return err
		}
		p := &page{out: bufio.NewWriterSize(os.Stdout, 64<<10), err: bufio.NewWriterSize(os.Stderr, 64<<10), at: q.Follow}
		return printLogs(e, v, list, q, p)
	})
}

// queryOf reads the options.
func queryOf(v *verb.Command) (q logs.Query, err error) {
	q = logs.Query{Tail: -1, Follow: v.On("follow")}
	now := time.Now()
	if v.Has("since") {
		if q.Since, err = logs.ParseMoment(v.Value("since"), now); err != nil {
			return q, err
		}
	}
	if v.Has("until") {
		if q.Until, err = logs.ParseMoment(v.Value("until"), now); err != nil {
			return q, err
		}
	}
	if text := v.Value("tail"); text != "" && text != "all" {
		if q.Tail, err = strconv.Atoi(text); err != nil {
			return q, fmt.Errorf("--tail: %q is no number of lines", text)
		}
	}
	return q, nil
}

// printLogs prints the logs of containers: one after the other, or with --follow
// all at once.
func printLogs(e *engine.Engine, v *verb.Command, list []*engine.Container, q logs.Query, p *page) error {
	errs := make([]error, len(list))
	var all sync.WaitGroup
	for i, c := range list {
		read := func() { errs[i] = printLog(e, v, c, q, p.column(c, i, v, len(list) > 1)) }
		if q.Follow {
			all.Go(read)
		} else {
			read()
		}
	}
	all.Wait()
	return errors.Join(errors.Join(errs...), p.flush())
}

// printLog prints the log of a container.
func printLog(e *engine.Engine, v *verb.Command, c *engine.Container, q logs.Query, to *column) error {
	driver, err := logs.Driver(c.Request.Log.Driver)
	if err != nil {
		return err
	}
	switch driver {
	case logs.Journald:
		return journalctl(c.Request.ID, v, q)
	case logs.None, logs.Passthrough:
		return fmt.Errorf("logs of container %s: it was created with --log-driver %s, which keeps none", c.Request.Name, driver)
	}
	q.Ended = func() bool {
		fresh, err := e.Find(c.Request.ID)
		return err != nil || !fresh.Up() && !fresh.Held()
	}
	return logs.Read(logPath(c), q, to.print)
}

// journalctl is executed in place of isle.
func journalctl(id string, v *verb.Command, q logs.Query) error {
	path, err := exec.LookPath("journalctl")
	if err != nil {
		return fmt.Errorf("the log is in the journal, and journalctl, which reads it, is not here: %w", err)
	}
	words := []string{"journalctl", "--quiet", "--no-pager", "--output=cat"}
	if v.On("timestamps") {
		words[3] = "--output=short-iso-precise"
	}
	if q.Follow {
		words = append(words, "--follow")
	}
	if q.Tail >= 0 {
		words = append(words, "--lines="+strconv.Itoa(q.Tail))
	} else if q.Follow {
		words = append(words, "--lines=all")
	}
	if !q.Since.IsZero() {
		words = append(words, "--since=@"+strconv.FormatInt(q.Since.Unix(), 10))
	}
	if !q.Until.IsZero() {
		words = append(words, "--until=@"+strconv.FormatInt(q.Until.Unix(), 10))
	}
	return os.NewSyscallError("execute journalctl", unix.Exec(path, append(words, "CONTAINER_ID_FULL="+id), os.Environ()))
}
