package main

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"text/template"

	cli "isle/internal/cli/image"
	"isle/internal/cli/show"
)

// render prints rows by a Go template, a line each, with the functions that
// engines have.
func render[T any](text string, rows []T) error {
	text = strings.NewReplacer(`\t`, "\t", `\n`, "\n").Replace(strings.TrimPrefix(text, "table "))
	t, err := template.New("format").Funcs(template.FuncMap{
		"json":  func(v any) (string, error) { data, err := json.Marshal(v); return string(data), err },
		"join":  func(list []string, by string) string { return strings.Join(list, by) },
		"lower": strings.ToLower, "upper": strings.ToUpper, "split": func(s, by string) []string { return strings.Split(s, by) },
		"size": show.Size,
	}).Parse(text)
	if err != nil {
		return fmt.Errorf("--format: %w", err)
	}
	for _, row := range rows {
		if err := t.Execute(os.Stdout, row); err != nil {
			return fmt.Errorf("--format: %w", err)
		}
		fmt.Println()
	}
	return nil
}

// byTemplate prints what a command lists by the template that it was given.
func byTemplate(c *cli.Command) error {
	format := c.Value("format")
	switch c.Name {
	case "images":
		rows, err := c.Rows()
		if err != nil {
			return err
		}
		for i := range rows {
			rows[i].ID = c.Cut(rows[i].ID)
		}
		return render(format, rows)
	case "inspect":
		rows, err := c.Details()
		if err != nil {
			return err
		}
		return render(format, rows)
	case "history":
		rows, err := c.Steps()
		if err != nil {
			return err
		}
		return render(format, rows)
	}
	return fmt.Errorf("isle %s takes no template", c.Name)
}
