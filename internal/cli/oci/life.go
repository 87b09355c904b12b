package oci

import (
	"encoding/json"
	"fmt"
	"os"
	"regexp"
	"strconv"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"

	"isle/internal/container"
	"isle/internal/getopt"
)

func kill() *verb {
	return &verb{
		name: "kill", operands: "ID [SIGNAL]", short: "Send a signal to a container's process", least: 1, most: 2,
		options: []getopt.Option{
			{Long: "all", Short: 'a', Arg: getopt.Optional, ArgName: "BOOL", Group: options, Help: "send it to all processes of the container"},
			{Long: "regex", Short: 'r', Arg: getopt.Optional, ArgName: "BOOL", Group: options, Help: "ID is a regular expression: of all containers that match"},
		},
		run: func(c *call) error {
			sig := unix.SIGTERM
			if len(c.operands) > 1 {
				var err error
				if sig, err = parseSignal(c.operands[1]); err != nil {
					return err
				}
			}
			return c.each(func(id string) error { return c.store.Kill(id, sig, c.on("all")) })
		},
	}
}

// parseSignal reads a signal's number or name, with or without SIG.
func parseSignal(text string) (syscall.Signal, error) {
	if n, err := strconv.ParseUint(text, 10, 8); err == nil && n >= 1 && n <= 64 {
		return syscall.Signal(n), nil
	}
	name := "SIG" + strings.TrimPrefix(strings.ToUpper(text), "SIG")
	if sig := unix.SignalNum(name); sig != 0 {
		return sig, nil
	}
	const least, most = 34, 64 // SIGRTMIN and SIGRTMAX as the C library has them
	for _, r := range [...]struct {
		prefix string
		from   int
		by     int
	}{{"SIGRTMIN", least, 1}, {"SIGRTMAX", most, -1}} {
		rest, ok := strings.CutPrefix(name, r.prefix)
		if !ok {
			continue
		}
		n, err := strconv.ParseUint(strings.TrimLeft(rest, "+-"), 10, 8)
		if number := r.from + r.by*int(n); (rest == "" || err == nil) && number >= least && number <= most {
			return syscall.Signal(number), nil
		}
	}
	return 0, fmt.Errorf("unknown signal %q", text)
}

func remove() *verb {
	return &verb{
		name: "delete", operands: "ID", short: "Remove a container that has ended", least: 1, most: 1,
		options: []getopt.Option{
			{Long: "force", Short: 'f', Arg: getopt.Optional, ArgName: "BOOL", Group: options, Help: "end it first, whatever it is doing"},
			{Long: "regex", Short: 'r', Arg: getopt.Optional, ArgName: "BOOL", Group: options, Help: "ID is a regular expression: of all containers that match"},
		},
		run: func(c *call) error {
			return c.each(func(id string) error {
				return c.store.Delete(id, c.on("force"), &container.Options{Warn: c.warn})
			})
		},
	}
}

// each calls f with the container's id or, with --regex, each that matches.
func (c *call) each(f func(id string) error) error {
	if !c.on("regex") {
		return f(c.id())
	}
	pattern, err := regexp.Compile(c.id())
	if err != nil {
		return err
	}
	ids, err := c.store.IDs()
	for _, id := range ids {
		if pattern.MatchString(id) {
			if failed := f(id); failed != nil {
				err = failed
			}
		}
	}
	return err
}

func pause() *verb {
	return &verb{
		name: "pause", operands: "ID", short: "Freeze the processes of a container", least: 1, most: 1,
		run: func(c *call) error { return c.store.Pause(c.id()) },
	}
}

func resume() *verb {
	return &verb{
		name: "resume", operands: "ID", short: "Let the processes of a container go on", least: 1, most: 1,
		run: func(c *call) error { return c.store.Resume(c.id()) },
	}
}

func state() *verb {
	return &verb{
		name: "state", operands: "ID", short: "Print the state of a container", least: 1, most: 1,
		run: func(c *call) error {
			e, err := c.store.Entry(c.id())
			if err != nil {
				return err
			}
			text, err := json.MarshalIndent(e, "", "  ")
			if err != nil {
				return err
			}
			_, err = os.Stdout.Write(append(text, '\n'))
			return err
		},
	}
}
