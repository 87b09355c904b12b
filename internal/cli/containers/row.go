package containers

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"isle/internal/cli/show"
	"isle/internal/engine"
	"isle/internal/image/store"
)

// Row is a line of isle ps. Scripts read the fields, which are podman's.
type Row struct {
	AutoRemove bool
	Command    []string
	CreatedAt  string
	Exited     bool
	ExitedAt   int64
	ExitCode   int
	ID         string `json:"Id"`
	Image      string
	ImageID    string
	IsInfra    bool
	Labels     map[string]string
	Mounts     []string
	Names      []string
	Namespaces Namespaces
	Networks   []string
	Pid        int
	Pod        string
	PodName    string
	Ports      []string
	Restarts   int
	Size       *Size
	StartedAt  int64
	State      string
	Status     string
	Created    int64

	created time.Time // exactly
}

// Size is what a container takes on disk.
type Size struct {
	Own   int64 `json:"rwSize"`     // what it has written
	Total int64 `json:"rootFsSize"` // with its image
}

// images are images that were read already, by their digests.
type images map[string]*store.Image

func (m images) of(c *engine.Container) *store.Image {
	digest := c.Request.Image.Digest
	i, known := m[digest]
	if !known {
		i, _ = c.Image()
		m[digest] = i
	}
	return i
}

// rowOf is the line of a container.
func rowOf(s engine.Seen, known images) Row {
	r := Row{
		AutoRemove: s.Request.Remove, Command: command(s.Container, known), CreatedAt: long(s.Request.Created) + " ago",
		Exited: s.Status == engine.Exited, ExitCode: s.State.ExitCode, ID: s.Request.ID, Image: s.Request.Image.Name,
		ImageID: strings.TrimPrefix(s.Request.Image.ID, "sha256:"), Labels: s.Request.Labels, Names: []string{s.Request.Name},
		Restarts: s.State.Restarts, State: string(s.Status), Status: statusOf(s), Created: s.Request.Created.Unix(),
		Mounts: []string{}, Networks: []string{}, created: s.Request.Created,
	}
	if s.Request.Image.RootFS != "" {
		r.Image = s.Request.Image.RootFS
	}
	if up(s) {
		r.Pid, r.ExitCode = s.State.PID, 0
	}
	if !s.State.Started.IsZero() {
		r.StartedAt = s.State.Started.Unix()
	}
	r.ExitedAt = s.State.Finished.Unix()
	for _, m := range s.Request.Mounts {
		r.Mounts = append(r.Mounts, m.Target)
	}
	slices.Sort(r.Mounts)
	return r
}

// command is what a container executes, without the image's entrypoint.
func command(c *engine.Container, known images) []string {
	r := &c.Request
	if len(r.Command) > 0 || r.Entrypoint != nil {
		return append(slices.Clone(r.Command), []string{}...)
	}
	if i := known.of(c); i != nil {
		return i.Config.Config.Cmd
	}
	return []string{}
}

// statusOf says what a container is doing, and since when.
func statusOf(s engine.Seen) string {
	text := ""
	switch s.Status {
	case engine.Running:
		text = "Up " + long(s.State.Started)
	case engine.Exited:
		text = fmt.Sprintf("Exited (%d) %s ago", s.State.ExitCode, long(s.State.Finished))
	default:
		text = strings.ToUpper(string(s.Status[:1])) + string(s.Status[1:])
	}
	if h := s.State.Health.Status; h != "" && up(s) {
		text += " (" + h + ")"
	}
	return text
}

// long is the time since then.
func long(then time.Time) string { return show.Duration(time.Since(then)) }
