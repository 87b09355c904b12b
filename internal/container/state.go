package container

import (
	"fmt"

	specs "github.com/opencontainers/runtime-spec/specs-go"
	"golang.org/x/sys/unix"

	"isle/internal/oci/bundle"
	"isle/ns"
)

// The status of a container, beside those of the specification.
const (
	Creating specs.ContainerState = specs.StateCreating
	Created  specs.ContainerState = specs.StateCreated
	Running  specs.ContainerState = specs.StateRunning
	Stopped  specs.ContainerState = specs.StateStopped
	Paused   specs.ContainerState = "paused"
)

// Container is a container that exists, as it was when it was looked at.
type Container struct {
	record
	store Store
	dir   *directory
	spec  *specs.Spec
}

// Open looks a container up.
func (s Store) Open(id string) (*Container, error) { return s.load(id, false) }

// Lock looks a container up to change it: nobody else does until Close.
func (s Store) Lock(id string) (*Container, error) { return s.load(id, true) }

func (s Store) load(id string, lock bool) (*Container, error) {
	dir, err := s.open(id, lock)
	if err != nil {
		return nil, err
	}
	c := &Container{store: s, dir: dir}
	text, err := dir.read(stateFile)
	if err == nil {
		c.record, err = decodeRecord(string(text))
	}
	if err != nil {
		dir.Close()
		return nil, fmt.Errorf("container %q: %w", id, &unfinished{err})
	}
	return c, nil
}

// unfinished is a container whose state cannot be read, as after its create was
// killed.
type unfinished struct{ cause error }

func (e *unfinished) Error() string { return "state: " + e.cause.Error() }

func (e *unfinished) Unwrap() error { return e.cause }

// Close gives the container back.
func (c *Container) Close() {
	c.dir.Close()
	if c.Cgroup != nil {
		c.Cgroup.Close()
	}
}

// save writes the state.
func (c *Container) save() error { return c.dir.write(stateFile, c.encode()) }

// Spec is the bundle's configuration as it was when the container was made.
func (c *Container) Spec() (*specs.Spec, error) {
	if c.spec != nil {
		return c.spec, nil
	}
	text, err := c.dir.read(configFile)
	if err == nil {
		c.spec, err = bundle.Decode(text)
	}
	if err != nil {
		return nil, fmt.Errorf("container %q: configuration: %w", c.ID, err)
	}
	complete(c.spec)
	return c.spec, nil
}

// Status finds out what the container is doing. Only the kernel knows, so it
// is the kernel that is asked.
func (c *Container) Status() (specs.ContainerState, error) {
	switch {
	case c.PID == 0:
		if c.busy() {
			return Creating, nil
		}
		return Stopped, nil
	case !c.alive():
		return Stopped, nil
	}
	if c.Cgroup != nil {
		frozen, err := c.Cgroup.Frozen()
		if err != nil {
			return "", err
		}
		if frozen {
			return Paused, nil
		}
	}
	if c.waiting() {
		return Created, nil
	}
	return Running, nil
}

// busy says whether somebody holds the container's lock.
func (c *Container) busy() bool {
	fd, err := unix.Open(c.dir.path, unix.O_RDONLY|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
	if err != nil {
		return false
	}
	defer unix.Close(fd)
	return unix.Flock(fd, unix.LOCK_SH|unix.LOCK_NB) == unix.EWOULDBLOCK
}

// alive says whether the container's process is there and has not ended.
func (c *Container) alive() bool {
	p, err := ns.ReadProcess(c.PID)
	return err == nil && p.Start == c.Start && !p.Zombie
}
