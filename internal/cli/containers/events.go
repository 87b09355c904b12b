package containers

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"os"
	"path"
	"slices"
	"strings"
	"time"

	"isle/internal/cli/verb"
	"isle/internal/engine"
	"isle/internal/engine/logs"
	"isle/internal/getopt"
)

// What isle events is for.
const (
	EventsAbout = `Print what happens to containers, volumes and secrets, a line each: from now on or,
with --since, what has happened too. TIME is like 2006-01-02T15:04:05Z, seconds since
1970, or how long ago, such as 10m. With --stream=false, or after --until, it ends.`
	EventsExample = `# What has become of a container within the last hour?
isle events --since 1h --stream=false --filter container=web`
)

// EventsFlags is the table of options of events.
func EventsFlags() []getopt.Option {
	return []getopt.Option{
		value("filter", 'f', "KEY=VALUE", "print only events for which this holds: container, event, image, label, type, volume; may be given several times"),
		value("format", 0, "FORMAT", "json, or a Go template"),
		{Long: "no-trunc", Arg: getopt.Optional, ArgName: "BOOL", Group: group, Help: "do not cut IDs short, as is done only if this is false"},
		value("since", 0, "TIME", "begin with what has happened since then"),
		{Long: "stream", Arg: getopt.Optional, ArgName: "BOOL", Group: group, Help: "go on with what happens, as is done unless this is false"},
		value("until", 0, "TIME", "end with what has happened until then"), verb.Help,
	}
}

func eventsVerb() *verb.Verb { return newVerb("events", "", EventsAbout, EventsFlags(), 0, 0) }

// Events prints what happens.
func Events(prog string, args []string) int {
	return eventsVerb().Main(prog, args, func(c *verb.Command) error {
		switch f := c.Value("format"); f {
		case "json":
			return EachEvent(c, func(v EventRow) error { return json.NewEncoder(os.Stdout).Encode(v) })
		case "":
			return EachEvent(c, func(v EventRow) error { return v.print(os.Stdout, c.Value("no-trunc") == "false") })
		default:
			return fmt.Errorf("'%s' is no format: that is json, or a Go template", f)
		}
	})
}

// EventRow is an event as scripts read it, with podman's fields.
type EventRow struct {
	ID                string `json:",omitempty"`
	Image             string `json:",omitempty"`
	Name              string
	Status            string
	Time              time.Time
	Type              string
	Attributes        map[string]string `json:",omitempty"`
	ContainerExitCode *int              `json:",omitempty"`
}

// EachEvent calls tell for each event that the command asks for.
func EachEvent(c *verb.Command, tell func(EventRow) error) error {
	since, err := moment(c, "since")
	if err != nil {
		return err
	}
	until, err := moment(c, "until")
	if err != nil {
		return err
	}
	e, err := engine.Open()
	if err != nil {
		return err
	}
	keep, err := eventFilter(c.Values("filter"))
	if err != nil {
		return err
	}
	follow := c.Value("stream") != "false" && (until.IsZero() || until.After(time.Now()))
	return e.Events(since, until, follow, func(v *engine.Event) error {
		if !keep(v) {
			return nil
		}
		return tell(EventRow{v.ID, v.Image, v.Name, v.Status, v.Time, v.Type, v.Attributes, v.ExitCode})
	})
}

// moment is the time that an option says; one that is only how long is ago, but
// for until.
func moment(c *verb.Command, option string) (time.Time, error) {
	if !c.Has(option) {
		return time.Time{}, nil
	}
	t, err := logs.ParseMoment(c.Value(option), time.Now())
	if err != nil {
		return t, fmt.Errorf("--%s: %w", option, err)
	}
	return t, nil
}

// eventFilter reads filters: one of each key is to hold.
func eventFilter(texts []string) (func(*engine.Event) bool, error) {
	byKey := map[string][]string{}
	for _, text := range texts {
		key, value, _ := strings.Cut(text, "=")
		if !slices.Contains([]string{"container", "event", "image", "label", "type", "volume"}, key) {
			return nil, fmt.Errorf("--filter %s: there is no such key: container, event, image, label, type and volume are there", text)
		}
		byKey[key] = append(byKey[key], value)
	}
	return func(v *engine.Event) bool {
		for key, values := range byKey {
			if !slices.ContainsFunc(values, func(value string) bool { return eventIs(v, key, value) }) {
				return false
			}
		}
		return true
	}, nil
}

func eventIs(v *engine.Event, key, value string) bool {
	switch key {
	case "container":
		return v.Type == "container" && (v.Name == value || value != "" && strings.HasPrefix(v.ID, value))
	case "event":
		return v.Status == value
	case "image":
		matched, _ := path.Match(value, v.Image)
		return matched || v.Image != "" && strings.HasPrefix(v.Image, value+":") || strings.HasSuffix(v.Image, "/"+value)
	case "type":
		return v.Type == value
	case "volume":
		return v.Type == "volume" && v.Name == value
	}
	label, want, exact := strings.Cut(value, "=")
	got, there := v.Attributes[label]
	return there && (!exact || got == want)
}

// print prints an event as podman does.
func (v EventRow) print(w io.Writer, short bool) error {
	id := v.ID
	if short && len(id) > 12 {
		id = id[:12]
	}
	if v.Type == "volume" {
		_, err := fmt.Fprintf(w, "%s %s %s %s\n", v.Time.Format(eventTime), v.Type, v.Status, v.Name)
		return err
	}
	var words []string
	if v.Image != "" {
		words = append(words, "image="+v.Image)
	}
	words = append(words, "name="+v.Name)
	for _, key := range slices.Sorted(maps.Keys(v.Attributes)) {
		words = append(words, key+"="+v.Attributes[key])
	}
	_, err := fmt.Fprintf(w, "%s %s %s %s (%s)\n", v.Time.Format(eventTime), v.Type, v.Status, id, strings.Join(words, ", "))
	return err
}

const eventTime = "2006-01-02 15:04:05.999999999 -0700 MST"
