package containers

import (
	"errors"
	"fmt"

	"isle/internal/cli/verb"
	"isle/internal/engine"
	"isle/internal/getopt"
)

// What isle port is for.
const (
	PortOperands = "[CONTAINER [PORT[/PROTOCOL]]]"
	PortAbout    = `List the ports of the host at which ports of a container can be reached. Containers
have a network of nobody's or of another's so far, so that there are none: what
listens in one that was run with --network host is reached as if no container were
there.`
	PortExample = `isle port web`
)

// PortFlags is the table of options of port.
func PortFlags() []getopt.Option {
	return []getopt.Option{flag("all", 'a', "those of all containers"), latest, verb.Help}
}

func portVerb() *verb.Verb { return newVerb("port", PortOperands, PortAbout, PortFlags(), 0, 2) }

// Port lists the ports of containers.
func Port(prog string, args []string) int {
	return portVerb().Main(prog, args, func(c *verb.Command) error {
		if len(c.Words) == 0 {
			if !c.On("all") && !c.On("latest") {
				return errors.New("name a container, or give --all or --latest")
			}
			return nil
		}
		e, err := engine.Open()
		if err != nil {
			return err
		}
		if _, err := e.Find(c.Words[0]); err != nil {
			return fmt.Errorf("port %w", err)
		}
		if len(c.Words) == 2 {
			return fmt.Errorf("no port of the host leads to port %s of container %s", c.Words[1], c.Words[0])
		}
		return nil
	})
}
