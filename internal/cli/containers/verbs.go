package containers

import (
	"strings"

	"isle/internal/cli/verb"
	"isle/internal/getopt"
)

// verbOf is the verb that isle-container may be asked to carry out, nil if there
// is none of that name.
func verbOf(name string) *verb.Verb {
	switch name {
	case "events":
		return eventsVerb()
	case "info":
		return infoVerb()
	case "inspect":
		return inspectVerb()
	case "ps":
		return psVerb()
	case "secret inspect":
		return secretInspectVerb()
	case "secret ls":
		return secretLsVerb()
	case "stats":
		return statsVerb()
	case "version":
		return versionVerb()
	case "volume inspect":
		return volumeInspectVerb()
	case "volume ls":
		return volumeLsVerb()
	}
	return files(name)
}

// Parse reads the words of a verb for isle-container; ok is false if there is no
// such verb.
func Parse(args []string) (c *verb.Command, prog string, ok bool, err error) {
	for n := min(2, len(args)); n > 0; n-- {
		name := strings.Join(args[:n], " ")
		if v := verbOf(name); v != nil {
			prog = "isle " + name
			c, err = v.Parse(prog, args[n:])
			return c, prog, true, err
		}
	}
	return nil, "isle", false, &getopt.Error{Text: helper + " is for isle itself"}
}
