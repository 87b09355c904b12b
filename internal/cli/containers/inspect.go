package containers

import (
	"errors"
	"fmt"
	"os"

	"isle/internal/cli/image"
	"isle/internal/cli/show"
	"isle/internal/cli/verb"
	"isle/internal/engine"
	"isle/internal/getopt"
	"isle/internal/image/store"
)

// What isle inspect is for.
const (
	InspectOperands = "CONTAINER|IMAGE|VOLUME..."
	InspectAbout    = `Print what is known of containers, images and volumes, as a JSON array with the fields
that podman and docker have. A name that several have is the container's first, unless
--type says otherwise. --format takes a Go template, whose values are those fields.`
	InspectExample = `isle inspect --format '{{.State.Status}}' web
isle inspect --type image --format '{{.Config.Cmd}}' busybox`
)

// InspectFlags is the table of options of inspect.
func InspectFlags() []getopt.Option {
	return []getopt.Option{
		value("format", 'f', "FORMAT", "json, or a Go template"), newest,
		flag("size", 's', "say how much containers have written"),
		value("type", 't', "TYPE", "container, image, volume or all; all unless given"), verb.Help,
	}
}

func inspectVerb() *verb.Verb {
	return newVerb("inspect", InspectOperands, InspectAbout, InspectFlags(), 0, -1)
}

// Inspect prints what is known of containers and images.
func Inspect(prog string, args []string) int { return inspectVerb().Main(prog, args, inspect) }

func inspect(c *verb.Command) error {
	if f := c.Value("format"); f != "" && f != "json" {
		return fmt.Errorf("'%s' is no format: that is json, or a Go template", f)
	}
	list, failed := Inspected(c)
	if err := show.JSON(os.Stdout, list); err != nil {
		return err
	}
	return failed
}

// Inspected returns what isle inspect prints. What is not there is told, and the
// error is the exit status then.
func Inspected(c *verb.Command) ([]any, error) {
	list := []any{}
	words := c.Words
	e, err := engine.Open()
	if err != nil {
		return list, err
	}
	switch t := c.Value("type"); {
	case t != "" && t != "all" && t != "container" && t != "image" && t != "volume":
		return list, fmt.Errorf("--type: '%s' cannot be inspected: container, image, volume or all", t)
	case c.On("latest") == (len(words) > 0):
		return list, errors.New("name a container or an image, or give --latest")
	case c.On("latest"):
		targets, err := several(e, c, nil)
		if err != nil {
			return list, err
		}
		words = []string{targets[0].word}
	}
	var missing error
	for _, word := range words {
		v, err := inspectOne(e, c, word)
		if err != nil {
			verb.Report("isle", fmt.Errorf("inspect %w", err))
			missing = verb.Status(failure)
			continue
		}
		list = append(list, v)
	}
	return list, missing
}

// inspectOne is what is known of the first thing that a word names.
func inspectOne(e *engine.Engine, c *verb.Command, word string) (any, error) {
	kind := c.Value("type")
	any := kind == "" || kind == "all"
	if any || kind == "container" {
		o, err := e.Find(word)
		if err == nil {
			return detailOf(e, o, c.On("size"))
		}
		if !any || !errors.Is(err, engine.ErrUnknown) {
			return nil, err
		}
	}
	if any || kind == "image" {
		d, err := image.Inspected(e.Images, word)
		if err == nil || !any || !errors.Is(err, store.ErrUnknown) {
			return d, err
		}
	}
	v, err := e.Volume(word)
	if any && errors.Is(err, engine.ErrNoVolume) {
		return nil, fmt.Errorf("%s: no such container, image or volume", word)
	}
	if err != nil {
		return nil, err
	}
	users, err := e.VolumeUsers()
	return volumeDetail(v, len(users[v.Name])), err
}
