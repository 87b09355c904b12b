package oci

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"isle/internal/cli/parent"
	"isle/internal/container"
	"isle/internal/getopt"
)

// Operands is what follows the options, as a synopsis has it.
const Operands = "VERB [OPTION...] [ID]"

// About is what the command is for.
const About = `Be the OCI runtime of a container engine: podman, Docker, containerd, CRI-O. The
verbs and options are those of runc and crun. A link named isle-oci to isle is
the same command.

Each container has a directory with its state below --root. No process of isle's
stays beside a container that was created or runs detached.

'isle oci VERB --help' says more of a verb.`

// Example is a few lines of shell.
const Example = `# Make a bundle and run it
mkdir -p bundle/rootfs && cd bundle && isle oci spec
isle oci run --bundle . box
# What would create do?
isle oci create --dry-run --bundle . box`

// verb is one of the runtime's verbs.
type verb struct {
	name, operands, short string
	options               []getopt.Option
	// operand counts: at least and at most.
	least, most int
	run         func(*call) error
}

// call is a verb that is being carried out.
type call struct {
	global
	verb     *verb
	prog     string
	set      []setting
	operands []string
	exit     int // status if run returns no error
	terminal *parent.Terminal
}

// setting is an option that was given.
type setting struct {
	name, value string
	given       bool
}

// verbs is the table of verbs, in the order help shows them. Each is made when
// it is asked for, since nothing is to be built when isle starts.
var verbs = [...]struct {
	name string
	make func() *verb
}{
	{"create", create}, {"start", start}, {"run", run}, {"state", state}, {"kill", kill}, {"delete", remove}, {"exec", execute}, {"ps", processes},
	{"list", list}, {"pause", pause}, {"resume", resume}, {"checkpoint", checkpointVerb}, {"restore", restoreVerb},
	{"update", update}, {"events", events}, {"spec", spec}, {"features", features},
}

// Main runs the command and returns its exit status.
func Main(prog string, args []string) int {
	g, words, err := parseGlobal(prog, args)
	if err != nil {
		return getopt.Exit(prog, err, os.Stdout, os.Stderr)
	}
	if len(words) == 0 {
		return getopt.Exit(prog, usage(prog), os.Stdout, os.Stderr)
	}
	for _, v := range verbs {
		if v.name == words[0] {
			return v.make().call(g, prog+" "+v.name, words[1:])
		}
	}
	return getopt.Exit(prog, &getopt.Error{Text: "unknown verb '" + words[0] + "'"}, os.Stdout, os.Stderr)
}

func (v *verb) call(g global, prog string, args []string) int {
	c := &call{global: g, verb: v, prog: prog}
	var err error
	options := append(v.options[:len(v.options):len(v.options)], helpOption)
	if i := slices.Index(args, "-no-subreaper"); i >= 0 && v.name == "restore" { // containerd writes it so
		args = slices.Clone(args)
		args[i] = "--no-subreaper"
	}
	order := getopt.Permute
	if v.name == "exec" || v.name == "ps" { // the rest are another command's
		order = getopt.Stop
	}
	c.operands, err = getopt.Parse(options, args, order, func(i int, arg string, given bool) error {
		if options[i].Long == "help" {
			return getopt.Usage(prog, v.operands, v.short+".", options)
		}
		c.set = append(c.set, setting{options[i].Long, arg, given})
		return nil
	})
	if wrong := (*getopt.Error)(nil); errors.As(err, &wrong) && strings.HasSuffix(wrong.Text, "requires an argument") {
		wrong.Text += " (flag needs an argument)" // podman asks for options so, and looks for runc's words
	}
	if err == nil && (len(c.operands) < v.least || len(c.operands) > v.most) {
		err = &getopt.Error{Text: "wrong number of operands: it takes " + v.operands}
	}
	if err != nil {
		status := getopt.Exit(prog, err, os.Stdout, os.Stderr)
		if status != 0 {
			c.log("error", err.Error())
		}
		return status
	}
	if err := v.run(c); err != nil {
		return c.fail(err)
	}
	return c.exit
}

var helpOption = getopt.Option{Long: "help", Short: 'h', Group: "Options", Help: "print this help"}

// usage is the help of the command, with its verbs.
func usage(prog string) error {
	var list strings.Builder
	for _, v := range verbs {
		fmt.Fprintf(&list, "  %-10s %s\n", v.name, v.make().short)
	}
	return getopt.Usage(prog, Operands, About+"\n\nVerbs:\n\n"+strings.TrimRight(list.String(), "\n"), Flags())
}

// Verbs lists the verbs in the order help shows them.
func Verbs() []getopt.Verb {
	var list []getopt.Verb
	for _, v := range verbs {
		made := v.make()
		described := getopt.Verb{Name: made.name, Operands: made.operands, Short: made.short, Options: append(made.options, helpOption)}
		if strings.HasPrefix(made.operands, "ID") && made.name != "create" && made.name != "run" && made.name != "restore" {
			described.Words = containers
		}
		list = append(list, described)
	}
	return list
}

// containers are the ids of the containers of the store that is used by default.
func containers() []string {
	ids, _ := container.DefaultStore().IDs()
	return ids
}

// value is the last value given to an option.
func (c *call) value(name string) (string, bool) {
	for i := len(c.set) - 1; i >= 0; i-- {
		if c.set[i].name == name {
			return c.set[i].value, true
		}
	}
	return "", false
}

// text is the last value given to an option, empty if it was not given.
func (c *call) text(name string) string {
	value, _ := c.value(name)
	return value
}

// values are all values given to an option, in order.
func (c *call) values(name string) []string {
	var list []string
	for _, s := range c.set {
		if s.name == name {
			list = append(list, s.value)
		}
	}
	return list
}

// on says whether a switch is on: --force, or --force=true as Go's flags have it.
func (c *call) on(name string) bool {
	for i := len(c.set) - 1; i >= 0; i-- {
		if s := c.set[i]; s.name == name {
			return !s.given || s.value != "false" && s.value != "0"
		}
	}
	return false
}

// id is the container's id.
func (c *call) id() string { return c.operands[0] }
