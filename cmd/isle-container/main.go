package main

import (
	"os"

	"isle/internal/cli/containers"
	"isle/internal/cli/verb"
	"isle/internal/getopt"
)

func main() { os.Exit(run(os.Args[1:])) }

// failed is the exit status that says that isle failed, and not a program.
const failed = 125

func run(args []string) int {
	if status, ok := elsewhere(args); ok {
		return status
	}
	if status, ok := containers.Hidden(args); ok { // this program again, in a user namespace
		return status
	}
	args, _ = moved(args)
	c, prog, _, err := containers.Parse(args)
	if err != nil {
		if status := getopt.Exit(prog, err, os.Stdout, os.Stderr); status == 0 {
			return 0
		}
		return failed
	}
	err = do(c)
	if status, ok := err.(verb.Status); ok {
		return int(status)
	}
	if verb.Report(prog, err) != 0 {
		return failed
	}
	return 0
}

// do carries a verb out.
func do(c *verb.Command) error {
	if c.IsTemplate() {
		return byTemplate(c)
	}
	for _, command := range commands {
		if command.name == c.Name {
			return command.do(c)
		}
	}
	return &getopt.Error{Text: "isle-container does not know " + c.Name}
}

// commands are the verbs that are carried out here, whatever their options.
var commands = [...]struct {
	name string
	do   func(*verb.Command) error
}{
	{"cp", onFiles},
	{"diff", onFiles},
	{"export", onFiles},
	{"commit", onFiles},
}
