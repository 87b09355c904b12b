package oci

import (
	"encoding/json"
	"os"
	"regexp"

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
				if sig, err = getopt.Signal(c.operands[1]); err != nil {
					return err
				}
			}
			return c.each(func(id string) error { return c.store.Kill(id, sig, c.on("all")) })
		},
	}
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
