package oci

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"isle/internal/container"
	"isle/internal/getopt"
	"isle/internal/oci/bundle"
)

var formatOption = getopt.Option{Long: "format", Short: 'f', Arg: getopt.Required, ArgName: "FORMAT", Group: options, Help: "print a table or json"}

func list() *verb {
	return &verb{
		name: "list", short: "List the containers there are",
		options: []getopt.Option{formatOption, {Long: "quiet", Short: 'q', Arg: getopt.Optional, ArgName: "BOOL", Group: options, Help: "print ids only"}},
		run: func(c *call) error {
			entries, err := c.store.List()
			if err != nil {
				return err
			}
			switch format := c.text("format"); {
			case c.on("quiet"):
				for _, e := range entries {
					fmt.Println(e.ID)
				}
				return nil
			case format == "json":
				if entries == nil {
					entries = []*container.Entry{}
				}
				return json.NewEncoder(os.Stdout).Encode(entries)
			case format != "" && format != "table":
				return fmt.Errorf("--format: %q is not table or json", format)
			}
			w := tabwriter.NewWriter(os.Stdout, 12, 1, 3, ' ', 0)
			fmt.Fprintln(w, "ID\tPID\tSTATUS\tBUNDLE\tCREATED\tOWNER")
			for _, e := range entries {
				fmt.Fprintf(w, "%s\t%d\t%s\t%s\t%s\t%s\n", e.ID, e.PID, e.Status, e.Bundle, e.Created.Format(time.RFC3339Nano), e.Owner)
			}
			return w.Flush()
		},
	}
}

func processes() *verb {
	return &verb{
		name: "ps", operands: "ID [PS-OPTION...]", short: "List the processes of a container", least: 1, most: 1 << 10,
		options: []getopt.Option{formatOption},
		run: func(c *call) error {
			pids, err := c.store.Processes(c.id())
			if err != nil {
				return err
			}
			switch format := c.text("format"); format {
			case "json":
				if pids == nil {
					pids = []int{}
				}
				return json.NewEncoder(os.Stdout).Encode(pids)
			case "", "table":
			default:
				return fmt.Errorf("--format: %q is not table or json", format)
			}
			words := c.operands[1:]
			if len(words) == 0 {
				words = []string{"-ef"}
			}
			out, err := exec.Command("ps", words...).Output()
			if err != nil {
				return fmt.Errorf("run ps: %w", err)
			}
			return onlyPids(os.Stdout, string(out), pids)
		},
	}
}

// onlyPids writes the heading of ps and the lines of those processes.
func onlyPids(w io.Writer, text string, pids []int) error {
	lines := strings.Split(strings.TrimRight(text, "\n"), "\n")
	column := slices.Index(strings.Fields(lines[0]), "PID")
	if column < 0 {
		return fmt.Errorf("ps printed no column PID")
	}
	fmt.Fprintln(w, lines[0])
	for _, line := range lines[1:] {
		fields := strings.Fields(line)
		if column >= len(fields) {
			continue
		}
		if pid, err := strconv.Atoi(fields[column]); err == nil && slices.Contains(pids, pid) {
			fmt.Fprintln(w, line)
		}
	}
	return nil
}

func spec() *verb {
	return &verb{
		name: "spec", short: "Write an example of a config.json",
		options: []getopt.Option{
			{Long: "bundle", Short: 'b', Arg: getopt.Required, ArgName: "DIR", Group: options, Help: "into DIR; by default the working directory"},
			{Long: "rootless", Arg: getopt.Optional, ArgName: "BOOL", Group: options, Help: "for an ordinary user"},
		},
		run: func(c *call) error {
			dir := c.text("bundle")
			if dir == "" {
				dir = "."
			}
			f, err := os.OpenFile(dir+"/config.json", os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
			if err != nil {
				return fmt.Errorf("write the example: %w", err)
			}
			defer f.Close()
			return bundle.Write(f, bundle.Example(c.on("rootless")))
		},
	}
}
