package image

import (
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"isle/internal/cli/show"
	"isle/internal/image/store"
)

// History lists the steps in which an image was made.
func History(prog string, args []string) int {
	return syntaxOf("history").main(prog, args, func(c *Command) error { return c.history(os.Stdout) })
}

// Step is a line of the history.
type Step struct {
	ID           string `json:"id"`
	Created      string `json:"created"`
	CreatedSince string `json:"-"`
	CreatedBy    string
	Size         int64  `json:"size"`
	Comment      string `json:"comment"`
}

// Steps returns what the command lists: the image's ID stands at its last step.
func (c *Command) Steps() ([]Step, error) {
	s, err := store.Open("")
	if err != nil {
		return nil, err
	}
	i, err := s.Find(c.Words[0])
	if err != nil {
		return nil, err
	}
	steps := []Step{}
	layer := 0
	for _, h := range i.Config.History {
		step := Step{ID: "<missing>", CreatedBy: h.CreatedBy, Comment: h.Comment, CreatedSince: "N/A"}
		if h.Created != nil {
			step.Created, step.CreatedSince = h.Created.UTC().Format(time.RFC3339), show.Since(*h.Created)
		}
		if !h.EmptyLayer && layer < len(i.Manifest.Layers) {
			step.Size = i.Manifest.Layers[layer].Size
			layer++
		}
		steps = append([]Step{step}, steps...)
	}
	if len(steps) > 0 {
		steps[0].ID = strings.TrimPrefix(i.ID, "sha256:")
	}
	return steps, nil
}

func (c *Command) history(w io.Writer) error {
	steps, err := c.Steps()
	if err != nil {
		return err
	}
	switch f := c.Value("format"); {
	case f == "json":
		return show.JSON(w, steps)
	case f != "" && f != "table":
		return fmt.Errorf("'%s' is no format: that is table, json, or a Go template", f)
	}
	lines := [][]string{{"ID", "CREATED", "CREATED BY", "SIZE", "COMMENT"}}
	if c.Has("quiet") {
		lines = nil
	}
	for _, s := range steps {
		id := s.ID
		if id != "<missing>" {
			id = c.Cut(id)
		}
		if c.Has("quiet") {
			lines = append(lines, []string{id})
			continue
		}
		created, size := s.CreatedSince, show.Size(s.Size)
		if c.Value("human") == "false" {
			created, size = s.Created, fmt.Sprint(s.Size)
		}
		lines = append(lines, []string{id, created, c.command(s.CreatedBy), size, s.Comment})
	}
	return show.Columns(w, lines)
}

// command is the command of a step on one line.
func (c *Command) command(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	if r := []rune(s); len(r) > 45 && !c.Has("no-trunc") {
		return string(r[:44]) + "…"
	}
	return s
}
