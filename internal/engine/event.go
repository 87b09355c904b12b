package engine

import (
	"encoding/json"
	"os"
	"time"

	"golang.org/x/sys/unix"
)

// Event is something that has happened to a container. A line of the file events
// is one as JSON.
type Event struct {
	Time       time.Time
	Type       string            // "container", "volume", "secret", "image"
	Status     string            // create, start, died, stop, kill, remove, and what podman-events(1) has
	ID         string            `json:",omitempty"`
	Name       string            `json:",omitempty"`
	Image      string            `json:",omitempty"`
	ExitCode   *int              `json:",omitempty"` // of died
	Attributes map[string]string `json:",omitempty"` // labels, and what belongs to the event
}

// mostEvents is how long the file of events grows; then it becomes the old one.
const mostEvents = 8 << 20

// emit writes down what has happened to a container.
func (e *Engine) emit(c *Container, status string, more map[string]string) {
	e.Emit(c.event(status, more))
}

func (c *Container) event(status string, more map[string]string) *Event {
	attributes := map[string]string{}
	for k, v := range c.Request.Labels {
		attributes[k] = v
	}
	for k, v := range more {
		attributes[k] = v
	}
	return &Event{Type: "container", Status: status, ID: c.Request.ID, Name: c.Request.Name, Image: c.Request.Image.Name, Attributes: attributes}
}

// Emit writes an event down. That it cannot be is no reason to fail.
func (e *Engine) Emit(v *Event) {
	v.Time = time.Now()
	line, err := json.Marshal(v)
	if err != nil {
		return
	}
	path := e.path("events")
	fd, err := unix.Open(path, unix.O_WRONLY|unix.O_CREAT|unix.O_APPEND|unix.O_NOFOLLOW|unix.O_CLOEXEC, 0o600)
	if err != nil {
		return
	}
	defer unix.Close(fd)
	unix.Write(fd, append(line, '\n')) // in one call, so that lines do not mix
	var st unix.Stat_t
	if unix.Fstat(fd, &st) == nil && st.Size > mostEvents {
		os.Rename(path, path+".1")
	}
}
