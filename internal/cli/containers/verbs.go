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
	case "ps":
		return psVerb()
	case "inspect":
		return inspectVerb()
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
