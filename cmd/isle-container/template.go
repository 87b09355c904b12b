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
	case "ps":
		list, err := containers.PsLines(c)
		return print(text, list, err)
	case "inspect":
		list, missing := containers.Inspected(c)
		if err := format.Render(os.Stdout, text, list); err != nil {
			return err
		}
		return missing
	}
	return fmt.Errorf("isle %s takes no template", c.Name)
}

// print prints rows, if they could be had.
func print[T any](text string, rows []T, err error) error {
	if err != nil {
		return err
	}
	return format.Render(os.Stdout, text, rows)
}
