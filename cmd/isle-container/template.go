package main

import (
	"fmt"
	"os"

	"isle/internal/cli/containers"
	"isle/internal/cli/format"
	"isle/internal/cli/verb"
)

// byTemplate prints what a verb lists by the template that it was given.
func byTemplate(c *verb.Command) error {
	text := c.Value("format")
	switch c.Name {
	case "events":
		return containers.EachEvent(c, func(v containers.EventRow) error {
			return format.Render(os.Stdout, text, []containers.EventRow{v})
		})
	case "info":
		i, err := containers.Information()
		return print(text, []*containers.Info{i}, err)
	case "inspect":
		list, missing := containers.Inspected(c)
		return printed(text, list, missing)
	case "ps":
		rows, err := containers.PsLines(c)
		return print(text, rows, err)
	case "secret inspect":
		list, missing := containers.SecretsInspected(c)
		return printed(text, list, missing)
	case "secret ls":
		rows, err := containers.SecretRows(c)
		return print(text, rows, err)
	case "stats":
		return containers.EachStats(c, func(rows []containers.StatsRow) error { return format.Render(os.Stdout, text, rows) })
	case "version":
		return format.Render(os.Stdout, text, []containers.Versions{containers.ThisVersion()})
	case "volume inspect":
		list, missing := containers.VolumesInspected(c)
		return printed(text, list, missing)
	case "volume ls":
		rows, err := containers.VolumeRows(c)
		return print(text, rows, err)
	}
	return fmt.Errorf("isle %s takes no template", c.Name)
}

// printed prints what there is, and says then what was not.
func printed[T any](text string, list []T, missing error) error {
	if err := format.Render(os.Stdout, text, list); err != nil {
		return err
	}
	return missing
}

// print prints rows, if they could be had.
func print[T any](text string, rows []T, err error) error {
	if err != nil {
		return err
	}
	return format.Render(os.Stdout, text, rows)
}
