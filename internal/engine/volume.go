package engine

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Volume is a folder that containers share, and that stays when they go.
type Volume struct {
	Name    string
	Created time.Time
	Labels  map[string]string `json:",omitempty"`
	Options map[string]string `json:",omitempty"`
	Path    string            `json:"-"` // of its files
}

// Errors of volumes.
var (
	ErrNoVolume    = errors.New("no such volume")
	ErrVolumeThere = errors.New("there is a volume of that name")
	ErrVolumeInUse = errors.New("it is in use")
)

const volumeFile = "volume.json"

// VolumePath is where the files of a named volume are.
func (e *Engine) VolumePath(name string) string { return e.path("volumes", name, "_data") }

// CreateVolume makes a volume. One without a name gets one.
func (e *Engine) CreateVolume(v *Volume) error {
	if v.Name == "" {
		id, err := newID()
		if err != nil {
			return err
		}
		v.Name = id
	}
	if err := checkName(v.Name); err != nil {
		return fmt.Errorf("volume: %w", err)
	}
	v.Created, v.Path = time.Now(), e.VolumePath(v.Name)
	err := e.place("volumes", v.Name, func(dir string) error {
		if err := os.Mkdir(filepath.Join(dir, "_data"), 0o755); err != nil {
			return err
		}
		return writeJSON(filepath.Join(dir, volumeFile), v)
	})
	if errors.Is(err, os.ErrExist) {
		return fmt.Errorf("create volume %s: %w", v.Name, ErrVolumeThere)
	}
	if err != nil {
		return fmt.Errorf("create volume %s: %w", v.Name, err)
	}
	e.Emit(&Event{Type: "volume", Status: "create", Name: v.Name})
	return nil
}

// place makes a folder whole or not at all, in one of the engine's folders. It is
// os.ErrExist if there is one of that name.
func (e *Engine) place(where, name string, fill func(dir string) error) error {
	if err := e.create(); err != nil {
		return err
	}
	if _, err := os.Lstat(e.path(where, name)); err == nil {
		return os.ErrExist
	}
	draft, err := os.MkdirTemp(e.path("work"), where+"-")
	if err != nil {
		return err
	}
	err = fill(draft)
	if err == nil {
		err = os.Rename(draft, e.path(where, name))
	}
	if err != nil {
		os.RemoveAll(draft)
		if errors.Is(err, os.ErrExist) { // the kernel says so of a folder that is not empty
			return os.ErrExist
		}
	}
	return err
}

// volume is the folder of a named volume, which is made if it is not there.
func (e *Engine) volume(name string) (string, error) {
	if _, err := os.Lstat(e.VolumePath(name)); err == nil && checkName(name) == nil {
		return e.VolumePath(name), nil
	}
	err := e.CreateVolume(&Volume{Name: name})
	if errors.Is(err, ErrVolumeThere) {
		err = nil
	}
	return e.VolumePath(name), err
}

// Volume returns the volume of a name, or the one whose name begins with it.
func (e *Engine) Volume(name string) (*Volume, error) {
	if checkName(name) == nil {
		v, err := e.readVolume(name)
		if err == nil || !errors.Is(err, os.ErrNotExist) {
			return v, err
		}
		all, err := e.Volumes()
		if err != nil {
			return nil, err
		}
		all = slices.DeleteFunc(all, func(v *Volume) bool { return !strings.HasPrefix(v.Name, name) })
		if len(all) == 1 {
			return all[0], nil
		}
		if len(all) > 1 {
			return nil, fmt.Errorf("%s is the beginning of the names of %d volumes", name, len(all))
		}
	}
	return nil, fmt.Errorf("%.140s: %w", name, ErrNoVolume)
}

func (e *Engine) readVolume(name string) (*Volume, error) {
	v := &Volume{}
	if err := readJSON(e.path("volumes", name, volumeFile), v); err != nil {
		return nil, err
	}
	v.Name, v.Path = name, e.VolumePath(name)
	return v, nil
}

// Volumes returns all volumes by name.
func (e *Engine) Volumes() ([]*Volume, error) {
	entries, err := os.ReadDir(e.path("volumes"))
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	var list []*Volume
	for _, d := range entries {
		v, failed := e.readVolume(d.Name())
		switch {
		case failed == nil:
			list = append(list, v)
		case !errors.Is(failed, os.ErrNotExist):
			err = errors.Join(err, failed)
		}
	}
	return list, err
}

// RemoveVolume removes a volume that no container has.
func (e *Engine) RemoveVolume(name string) error {
	users, err := e.VolumeUsers()
	if err != nil {
		return err
	}
	if by := users[name]; len(by) > 0 {
		return fmt.Errorf("remove volume %s: %w by container %s (isle rm removes that, and --force does so)", name, ErrVolumeInUse, by[0].Request.Name)
	}
	return e.dropVolume(name)
}

// VolumeUsers are the containers that have volumes, by the volumes' names.
func (e *Engine) VolumeUsers() (map[string][]*Container, error) {
	all, err := e.List()
	users := map[string][]*Container{}
	for _, c := range all {
		for _, name := range c.Volumes() {
			users[name] = append(users[name], c)
		}
	}
	for _, c := range all { // what they have of others
		for _, word := range c.Request.VolumesFrom {
			from, _, _ := strings.Cut(word, ":")
			if other, err := e.Find(from); err == nil {
				for _, name := range other.Volumes() {
					users[name] = append(users[name], c)
				}
			}
		}
	}
	return users, err
}

// Volumes are the names of the container's own volumes.
func (c *Container) Volumes() []string {
	names := slices.Clone(c.State.Volumes)
	for _, m := range c.Request.Mounts {
		if m.Type == "volume" && m.Source != "" {
			names = append(names, m.Source)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// dropVolumes removes the container's anonymous volumes.
func (e *Engine) dropVolumes(c *Container) {
	for _, name := range c.State.Volumes {
		e.dropVolume(name)
	}
}

// dropVolume removes a volume, which is gone from the moment of the rename on.
func (e *Engine) dropVolume(name string) error {
	gone := e.path("work", "volume-"+strconv.Itoa(os.Getpid())+"-"+name)
	err := os.Rename(e.path("volumes", name), gone)
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%s: %w", name, ErrNoVolume)
	}
	if err == nil {
		e.Emit(&Event{Type: "volume", Status: "remove", Name: name})
		err = clear(gone)
	}
	if err != nil {
		return fmt.Errorf("remove volume %s: %w", name, err)
	}
	return nil
}

// UnusedVolumes are the volumes that no container has.
func (e *Engine) UnusedVolumes() ([]*Volume, error) {
	all, err := e.Volumes()
	if err != nil {
		return nil, err
	}
	users, err := e.VolumeUsers()
	return slices.DeleteFunc(all, func(v *Volume) bool { return len(users[v.Name]) > 0 }), err
}
