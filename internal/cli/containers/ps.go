package containers

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"isle/internal/cli/show"
	"isle/internal/cli/verb"
	"isle/internal/engine"
	"isle/internal/getopt"
)

// What isle ps is for.
const (
	PsAbout = `List containers, the newest first: those that run unless --all is given. What they
are doing is what the kernel says at this moment.`
	PsExample = `isle ps --all
# Names of those that were ended by a signal
isle ps --all --filter exited=137 --format '{{.Names}}'`
)

// PsFlags is the table of options of ps.
func PsFlags() []getopt.Option {
	return []getopt.Option{
		flag("all", 'a', "list those that do not run too"),
		value("filter", 'f', "KEY=VALUE", "list only containers for which this holds: id, name (regular expressions), label, status, exited, ancestor, before, since, until, volume, network, health, restart-policy; may be given several times"),
		value("format", 0, "FORMAT", "table, json, or a Go template"),
		value("last", 'n', "COUNT", "list so many of those that were created last, whatever they do"),
		flag("latest", 'l', "list the one that was created last, whatever it does"),
		flag("external", 0, "ignored: isle has no containers but its own"),
		flag("namespace", 0, "list the namespaces of their processes"),
		flag("no-trunc", 0, "do not cut IDs and commands short"),
		flag("noheading", 0, "print no headings"),
		flag("ns", 0, "the same as --namespace"),
		flag("pod", 'p', "list their pods; isle has none"),
		flag("quiet", 'q', "print IDs only"),
		flag("size", 's', "say what they have written"),
		value("sort", 0, "COLUMN", "order by command, created, id, image, names, runningfor, size or status"),
		flag("sync", 0, "ignored: the kernel is asked anyway"),
		value("watch", 'w', "SECONDS", "list again so often, until interrupted"), verb.Help,
	}
}

func psVerb() *verb.Verb { return newVerb("ps", "", PsAbout, PsFlags(), 0, 0) }

// Ps lists containers.
func Ps(prog string, args []string) int { return psVerb().Main(prog, args, ps) }

func ps(c *verb.Command) error {
	if !c.Has("watch") {
		return psOnce(os.Stdout, c)
	}
	pause, err := strconv.ParseUint(c.Value("watch"), 10, 16)
	if err != nil || pause == 0 {
		return fmt.Errorf("--watch takes seconds, not '%s'", c.Value("watch"))
	}
	for {
		fmt.Print("\x1b[H\x1b[2J")
		if err := psOnce(os.Stdout, c); err != nil {
			return err
		}
		time.Sleep(time.Duration(pause) * time.Second)
	}
}

func psOnce(w io.Writer, c *verb.Command) error {
	format := c.Value("format")
	if format != "" && format != "json" && format != "table" {
		return fmt.Errorf("'%s' is no format: that is table, json, or a Go template", format)
	}
	rows, err := PsRows(c)
	if err != nil {
		return err
	}
	switch {
	case format == "json":
		return show.JSON(w, rows)
	case c.On("quiet"):
		for _, r := range rows {
			fmt.Fprintln(w, cut(c, r.ID))
		}
		return nil
	case spaces(c):
		return show.Columns(w, spacesTable(c, rows))
	}
	lines := [][]string{{"CONTAINER ID", "IMAGE", "COMMAND", "CREATED", "STATUS", "PORTS", "NAMES"}}
	if c.On("noheading") {
		lines = nil
	} else {
		lines[0] = append(lines[0], more(c, "SIZE", "POD ID", "PODNAME")...)
	}
	for _, r := range rows {
		line := []string{cut(c, r.ID), r.Image, commandText(c, r.Command), r.CreatedAt, r.Status, strings.Join(r.Ports, ", "), r.Names[0]}
		lines = append(lines, append(line, more(c, r.Size.String(), "", "")...))
	}
	return show.Columns(w, lines)
}

// more are the columns that are there when they are asked for.
func more(c *verb.Command, size string, pod ...string) (line []string) {
	if c.On("pod") {
		line = append(line, pod...)
	}
	if c.On("size") {
		line = append(line, size)
	}
	return line
}

// String is the size as the table has it.
func (s *Size) String() string {
	if s == nil {
		return ""
	}
	return fmt.Sprintf("%s (virtual %s)", show.Size(s.Own), show.Size(s.Total))
}

// cut shortens an ID, unless it is to be whole.
func cut(c *verb.Command, id string) string {
	if c.On("no-trunc") || len(id) < 12 {
		return id
	}
	return id[:12]
}

// commandText is a command in a line.
func commandText(c *verb.Command, words []string) string {
	text := strings.Join(strings.Fields(strings.Join(words, " ")), " ")
	if letters := []rune(text); !c.On("no-trunc") && len(letters) > 20 {
		return string(letters[:17]) + "..."
	}
	return text
}

// PsRows returns what isle ps lists.
func PsRows(c *verb.Command) ([]Row, error) {
	e, err := engine.Open()
	if err != nil {
		return nil, err
	}
	seen, err := listed(e, c)
	if err != nil {
		return nil, err
	}
	rows, known := make([]Row, 0, len(seen)), images{}
	for _, s := range seen {
		r := rowOf(s, known)
		if c.On("size") {
			if r.Size, err = sizeOf(s.Container, known.of(s.Container)); err != nil {
				return nil, err
			}
		}
		if spaces(c) {
			r.Namespaces = namespacesOf(r.Pid)
		}
		rows = append(rows, r)
	}
	return rows, order(rows, c.Value("sort"))
}

// listed are the containers that ps lists, in their order.
func listed(e *engine.Engine, c *verb.Command) ([]engine.Seen, error) {
	list, err := e.List()
	if err != nil {
		return nil, err
	}
	keep, err := filterOf(e, c.Values("filter"))
	if err != nil {
		return nil, err
	}
	seen, err := e.Look(list)
	if err != nil {
		return nil, err
	}
	whole := c.On("all") || c.Has("last") || c.On("latest") || chooses(c.Values("filter"))
	seen = slices.DeleteFunc(seen, func(s engine.Seen) bool { return !keep(s) || !whole && !up(s) })
	most := len(seen)
	if c.Has("last") {
		n, err := strconv.Atoi(c.Value("last"))
		if err != nil {
			return nil, fmt.Errorf("--last takes a number, not '%s'", c.Value("last"))
		}
		if n >= 0 {
			most = min(most, n)
		}
	}
	if c.On("latest") {
		most = min(most, 1)
	}
	return seen[:most], nil
}

// chooses says whether filters say themselves what containers are to be doing.
func chooses(filters []string) bool {
	return slices.ContainsFunc(filters, func(f string) bool {
		return strings.HasPrefix(f, "status=") || strings.HasPrefix(f, "exited=")
	})
}

// order sorts rows by a column.
func order(rows []Row, column string) error {
	var by func(a, b Row) int
	switch column {
	case "":
		return nil
	case "command":
		by = func(a, b Row) int { return slices.Compare(a.Command, b.Command) }
	case "created", "runningfor":
		by = func(a, b Row) int { return a.created.Compare(b.created) }
	case "id":
		by = func(a, b Row) int { return cmp.Compare(a.ID, b.ID) }
	case "image":
		by = func(a, b Row) int { return cmp.Compare(a.Image, b.Image) }
	case "names":
		by = func(a, b Row) int { return cmp.Compare(a.Names[0], b.Names[0]) }
	case "size":
		if len(rows) > 0 && rows[0].Size == nil {
			return errors.New("--sort size needs --size")
		}
		by = func(a, b Row) int { return cmp.Compare(a.Size.Own, b.Size.Own) }
	case "status":
		by = func(a, b Row) int { return cmp.Compare(a.State, b.State) }
	default:
		return fmt.Errorf("--sort: there is no column '%s'", column)
	}
	slices.SortStableFunc(rows, by)
	return nil
}
