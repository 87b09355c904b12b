package main

import (
	"fmt"
	"os"

	"isle/internal/cli/format"
	cli "isle/internal/cli/image"
)

// byTemplate prints what a command lists by the template that it was given.
func byTemplate(c *cli.Command) error {
	text := c.Value("format")
	switch c.Name {
	case "images":
		rows, err := c.Rows()
		if err != nil {
			return err
		}
		for i := range rows {
			rows[i].ID = c.Cut(rows[i].ID)
		}
		return format.Render(os.Stdout, text, rows)
	case "history":
		rows, err := c.Steps()
		if err != nil {
			return err
		}
		return format.Render(os.Stdout, text, rows)
	}
	return fmt.Errorf("isle %s takes no template", c.Name)
}
