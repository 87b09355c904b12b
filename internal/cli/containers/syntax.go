package containers

import (
	"strings"

	"isle/internal/cli/verb"
	"isle/internal/getopt"
)

// helper is the program that carries out what is slow to start.
const helper = "isle-container"

// failed is the exit status that says that isle failed, and not a program.
const failure = 125

func newVerb(name, operands, about string, options []getopt.Option, least, most int) *verb.Verb {
	return &verb.Verb{Name: name, Operands: operands, About: about, Options: options, Least: least, Most: most, Helper: helper, Failed: failure}
}

// Flags of options that several verbs have.
var (
	all      = flag("all", 'a', "all containers that this can be done to")
	newest   = flag("latest", 'l', "the container that was created last")
	cidFiles = value("cidfile", 0, "FILE", "take the ID from this file; may be given several times")
	filters  = value("filter", 'f', "KEY=VALUE", "containers for which this holds, as for isle ps; may be given several times")
	ignore   = flag("ignore", 'i', "a container that is not there is no error")
	seconds  = value("time", 't', "SECONDS", "how long a program may take to end before it is killed; -1 is for ever")
)

const group = "Options"

func flag(long string, short byte, what string) getopt.Option {
	return getopt.Option{Long: long, Short: short, Group: group, Help: what}
}

func value(long string, short byte, arg, what string) getopt.Option {
	return getopt.Option{Long: long, Short: short, Arg: getopt.Required, ArgName: arg, Group: group, Help: what}
}

// given joins the arguments of an option that was given several times, each of
// which may be a list.
func given(c *verb.Command, option string) (list []string) {
	for _, text := range c.Values(option) {
		list = append(list, strings.Split(text, ",")...)
	}
	return list
}
