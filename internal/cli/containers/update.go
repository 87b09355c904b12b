package containers

import (
	"errors"
	"fmt"
	"os"

	"isle/internal/cli/containers/options"
	"isle/internal/cli/parent"
	"isle/internal/cli/verb"
	"isle/internal/engine"
	"isle/internal/engine/request"
	"isle/internal/getopt"
)

// What update is for, and examples.
const (
	UpdateOperands = "CONTAINER"
	UpdateAbout    = `Change the limits of a container, and whether it is started again when it has ended. One that runs has the new limits at once; what is not given stays as it is. Its name is printed.`
	UpdateExample  = `# More memory, at once
isle update --memory 1g --memory-swap 2g web
# Start it again from now on
isle update --restart always web`
)

// UpdateFlags is the table of options of update.
func UpdateFlags() []getopt.Option {
	var table []getopt.Option
	for _, o := range options.Changeable() {
		o.Group = "Options"
		table = append(table, o.Option)
	}
	return append(table, verb.Help)
}

// Update is the command.
func Update(prog string, args []string) int {
	o, table, flags := options.New(), options.Changeable(), UpdateFlags()
	var given []func(o *options.Options) error
	words, err := getopt.Parse(flags, args, getopt.Permute, func(i int, arg string, has bool) error {
		if i == len(table) {
			return getopt.Usage(prog, UpdateOperands, UpdateAbout, flags)
		}
		given = append(given, func(o *options.Options) error { return o.Apply(&table[i], arg, has) })
		return o.Apply(&table[i], arg, has)
	})
	switch {
	case err != nil:
	case len(words) != 1:
		err = &getopt.Error{Text: fmt.Sprintf("one container is to be named, not %d: isle update [OPTION...] %s", len(words), UpdateOperands)}
	case len(given) == 0:
		err = &getopt.Error{Text: "it is not said what is to change"}
	}
	if err != nil {
		if getopt.Exit(prog, err, os.Stdout, os.Stderr) == 0 {
			return 0
		}
		return parent.Engine.Failed
	}
	name, err := update(words[0], given)
	if err != nil {
		return parent.Engine.Report(prog, err)
	}
	fmt.Println(name)
	return 0
}

// update applies options to what a container was asked to be.
func update(word string, given []func(o *options.Options) error) (string, error) {
	e, err := engine.Open()
	if err != nil {
		return "", err
	}
	c, err := e.Find(word)
	if err != nil {
		return "", err
	}
	return c.Request.Name, e.Update(c, func(r *request.Container) error {
		o := options.New()
		o.Request = *r
		for _, apply := range given {
			if err := apply(o); err != nil {
				return err
			}
		}
		if o.Request.Remove && (o.Request.Restart == "always" || o.Request.Restart == "unless-stopped") {
			return errors.New("it is to be removed when it has ended (--rm), and cannot be started again")
		}
		*r = o.Request
		return options.CheckLimits(&r.Limits)
	})
}
