package main

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"

	"isle/internal/cli"
	"isle/internal/cli/containers/options"
	"isle/internal/getopt"
)

//go:embed coming.md
var coming string

// comingPage is the page for those who know docker or podman: its tables are made
// of isle's own, so that what they say of isle is so.
func comingPage() ([]byte, error) {
	table, err := optionRows()
	if err != nil {
		return nil, err
	}
	return []byte(strings.NewReplacer("{{commands}}\n", commandRows(), "{{options}}\n", table).Replace(coming)), nil
}

// commandRows are the rows of the table of commands.
func commandRows() string {
	var same []string
	var rows strings.Builder
	for _, p := range peers {
		has := slices.ContainsFunc(cli.Commands(), func(c cli.Command) bool { return c.Name == p.name })
		switch {
		case has && p.note == "":
			same = append(same, "`"+p.name+"`")
		case has:
			fmt.Fprintf(&rows, "| `%s` | differs | %s |\n", p.name, p.note)
		default:
			fmt.Fprintf(&rows, "| `%s` | not there | %s |\n", p.name, p.note)
		}
	}
	return "| " + strings.Join(same, ", ") + " | same | |\n" + rows.String()
}

// optionRows are the rows of the table of options of run and create: those that
// are the same in one row a heading, those that isle has not in one row a reason.
func optionRows() (string, error) {
	var groups, reasons []string
	same, absent := map[string][]string{}, map[string][]string{}
	var differing strings.Builder
	seen := 0
	for _, o := range options.Table() {
		note, differ := differs[o.Long]
		switch {
		case o.Set == nil:
			if absent[o.Why] == nil {
				reasons = append(reasons, o.Why)
			}
			absent[o.Why] = append(absent[o.Why], label(o.Option))
		case differ:
			seen++
			fmt.Fprintf(&differing, "| %s | differs | %s |\n", label(o.Option), note)
		default:
			if same[o.Group] == nil {
				groups = append(groups, o.Group)
			}
			same[o.Group] = append(same[o.Group], label(o.Option))
		}
	}
	if seen != len(differs) {
		return "", fmt.Errorf("%d options are said to differ, of which run has %d", len(differs), seen)
	}
	var b strings.Builder
	for _, g := range groups {
		fmt.Fprintf(&b, "| %s | same | |\n", strings.Join(same[g], ", "))
	}
	b.WriteString(differing.String())
	for _, why := range reasons {
		fmt.Fprintf(&b, "| %s | not there | %s |\n", strings.Join(absent[why], ", "), why)
	}
	return b.String(), nil
}

// label is an option as it is typed.
func label(o getopt.Option) string {
	if o.Short != 0 {
		return fmt.Sprintf("`-%c`, `--%s`", o.Short, o.Long)
	}
	return "`--" + o.Long + "`"
}
