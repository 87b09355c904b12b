package format

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"text/template"

	"isle/internal/cli/show"
)

// Render prints rows by a Go template, a line each, with the functions that
// engines have. After the word table the columns stand under each other, and
// above them what they are.
func Render[T any](w io.Writer, text string, rows []T) error {
	text, isTable := strings.CutPrefix(text, "table ")
	text = strings.NewReplacer(`\t`, "\t", `\n`, "\n").Replace(text)
	t, err := template.New("format").Funcs(functions).Parse(text)
	if err != nil {
		return fmt.Errorf("--format: %w", err)
	}
	if isTable {
		columns := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
		defer columns.Flush()
		w = columns
		fmt.Fprintln(w, heading(text))
	}
	for _, row := range rows {
		if err := t.Execute(w, row); err != nil {
			return fmt.Errorf("--format: %w", err)
		}
		fmt.Fprintln(w)
	}
	return nil
}

var functions = template.FuncMap{
	"json":  func(v any) (string, error) { data, err := json.Marshal(v); return string(data), err },
	"join":  func(list []string, by string) string { return strings.Join(list, by) },
	"lower": strings.ToLower, "upper": strings.ToUpper, "split": func(s, by string) []string { return strings.Split(s, by) },
	"size": show.Size, "println": fmt.Sprintln,
	"title": func(s string) string { return strings.ToUpper(s[:min(1, len(s))]) + s[min(1, len(s)):] },
}

// heading is the line above the columns: the names of the fields, in capitals.
func heading(text string) string {
	var b strings.Builder
	for text != "" {
		before, rest, found := strings.Cut(text, "{{")
		b.WriteString(before)
		if !found {
			break
		}
		action, after, _ := strings.Cut(rest, "}}")
		fields := strings.Fields(action)
		if n := len(fields); n > 0 {
			name := fields[n-1]
			b.WriteString(strings.ToUpper(name[strings.LastIndexByte(name, '.')+1:]))
		}
		text = after
	}
	return b.String()
}
