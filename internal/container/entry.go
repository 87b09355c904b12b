package container

import (
	"errors"
	"io/fs"
	"os"
	"time"

	specs "github.com/opencontainers/runtime-spec/specs-go"

	"isle/internal/username"
)

// Entry is a container as the verbs state and list show it.
type Entry struct {
	Version     string               `json:"ociVersion"`
	ID          string               `json:"id"`
	PID         int                  `json:"pid"` // 0 if it has ended
	Status      specs.ContainerState `json:"status"`
	Bundle      string               `json:"bundle"`
	Rootfs      string               `json:"rootfs"`
	Created     time.Time            `json:"created"`
	Annotations map[string]string    `json:"annotations,omitempty"`
	Owner       string               `json:"owner"`
}

// Entry looks a container up as it is now.
func (s Store) Entry(id string) (*Entry, error) {
	c, err := s.Open(id)
	if err != nil {
		return nil, err
	}
	defer c.Close()
	status, err := c.Status()
	if err != nil {
		return nil, err
	}
	spec, err := c.Spec()
	if errors.Is(err, fs.ErrNotExist) { // a delete was killed
		spec, err = &specs.Spec{Version: specs.Version}, nil
	}
	if err != nil {
		return nil, err
	}
	e := &Entry{Version: spec.Version, ID: c.ID, PID: c.PID, Status: status, Bundle: c.Bundle, Rootfs: c.Rootfs, Created: c.Created, Annotations: spec.Annotations}
	if status == Stopped {
		e.PID = 0
	}
	e.Owner = username.Names{}.Of(uint32(c.Owner))
	return e, nil
}

// List looks all containers up; one that is gone by then is left out.
func (s Store) List() ([]*Entry, error) {
	ids, err := s.IDs()
	if err != nil {
		return nil, err
	}
	var list []*Entry
	for _, id := range ids {
		e, err := s.Entry(id)
		if half := (*unfinished)(nil); errors.As(err, &half) {
			e, err = &Entry{Version: specs.Version, ID: id, Status: Creating, Owner: username.Names{}.Of(uint32(os.Geteuid()))}, nil
		}
		if errors.Is(err, ErrNoContainer) {
			continue
		}
		if err != nil {
			return nil, err
		}
		list = append(list, e)
	}
	return list, nil
}
