package engine

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/sys/unix"

	"isle/internal/container"
	"isle/internal/engine/request"
	"isle/internal/image/store"
	"isle/ns"
)

// Container is a container as it was when it was looked at.
type Container struct {
	Request request.Container
	State   State
	engine  *Engine
	dir     string
	lock    int          // descriptor of the folder that is locked, -1 if it is not
	oom     bool         // its memory is known to have run out
	picture *store.Image // its image, once it was read
	request stamp        // of the file that Request was read from or written to
}

// The files of a container's folder.
const (
	requestFile = "request.json"
	stateFile   = "state.json"
)

// Path is the path of something in the container's folder.
func (c *Container) Path(elements ...string) string {
	return filepath.Join(append([]string{c.dir}, elements...)...)
}

// id is the container's ID, by its folder.
func (c *Container) id() string { return filepath.Base(c.dir) }

// load reads the container in a folder.
func (e *Engine) load(dir string) (*Container, error) {
	c := &Container{engine: e, dir: dir, lock: -1}
	if err := c.rereadRequest(); err != nil {
		return nil, err
	}
	return c, c.reload()
}

// reload reads what became of the container since.
func (c *Container) reload() error {
	c.State = State{}
	err := readJSON(c.Path(stateFile), &c.State)
	if errors.Is(err, os.ErrNotExist) { // it was never started
		return nil
	}
	return err
}

// save writes down what became of the container. The caller holds its lock.
func (c *Container) save() error {
	if err := writeJSON(c.Path(stateFile), &c.State); err != nil {
		return fmt.Errorf("write down the state of container %s: %w", c.Request.Name, err)
	}
	return nil
}

// longestLock is how long somebody else may work on a container.
const longestLock = 60 * time.Second

// Lock has nobody else change the container until Unlock, and reads what has
// become of it. It is ErrUnknown if the container was removed meanwhile.
func (c *Container) Lock() error {
	fd, err := unix.Open(c.dir, unix.O_RDONLY|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
	if err != nil {
		return fmt.Errorf("container %s: %w", c.Request.Name, ErrUnknown)
	}
	for deadline := time.Now().Add(longestLock); ; time.Sleep(2 * time.Millisecond) {
		err = unix.Flock(fd, unix.LOCK_EX|unix.LOCK_NB)
		if err != unix.EWOULDBLOCK && err != unix.EINTR {
			break
		}
		if time.Now().After(deadline) {
			unix.Close(fd)
			return fmt.Errorf("another isle has been working on container %s for %v", c.Request.Name, longestLock)
		}
	}
	if err != nil {
		unix.Close(fd)
		return fmt.Errorf("lock container %s: %w", c.Request.Name, err)
	}
	c.lock = fd
	if _, err := os.Lstat(c.Path(requestFile)); err != nil {
		c.Unlock()
		return fmt.Errorf("container %s: %w", c.Request.Name, ErrUnknown)
	}
	if err := c.reread(); err != nil {
		c.Unlock()
		return err
	}
	return nil
}

// reread reads anew what was changed since: the container may have another name by
// now.
func (c *Container) reread() error {
	if c.request != stampOf(c.Path(requestFile)) {
		if err := c.rereadRequest(); err != nil {
			return err
		}
	}
	return c.reload()
}

func (c *Container) rereadRequest() error {
	c.request = stampOf(c.Path(requestFile)) // before it is read: it may be replaced meanwhile
	c.Request = request.Container{}
	return readJSON(c.Path(requestFile), &c.Request)
}

// Unlock ends what Lock began.
func (c *Container) Unlock() {
	if c.lock >= 0 {
		unix.Close(c.lock)
		c.lock = -1
	}
}

// alive says whether a process is there that started then.
func alive(pid int, start uint64) bool {
	if pid == 0 {
		return false
	}
	p, err := ns.ReadProcess(pid)
	return err == nil && p.Start == start && !p.Zombie
}

// Status says what the container is doing. Only the kernel knows whether it
// runs, so it is the kernel that is asked.
func (c *Container) Status() (Status, error) { return c.status(c.Up()) }

func (c *Container) status(up bool) (Status, error) {
	switch {
	case c.State.Started.IsZero():
		return Created, nil
	case !up:
		return Exited, nil
	}
	o, err := c.engine.Runtime.Open(c.Request.ID)
	if errors.Is(err, container.ErrNoContainer) {
		return Running, nil // its end is being seen to
	}
	if err != nil {
		return "", err
	}
	defer o.Close()
	frozen, err := o.Cgroup.Frozen()
	if frozen && err == nil {
		return Paused, nil
	}
	return Running, err
}

// Up says whether the container has a process, paused or not.
func (c *Container) Up() bool { return alive(c.State.PID, c.State.Start) }

// Held says whether the process is there that waits for the container's end.
func (c *Container) Held() bool { return alive(c.State.Monitor, c.State.MonStart) }

// image is the image that the container is made from, nil if it is made from a
// folder.
func (c *Container) image() (*store.Image, error) {
	if c.Request.Image.Digest == "" || c.picture != nil {
		return c.picture, nil
	}
	i, err := c.engine.Images.Read(store.Descriptor{Digest: c.Request.Image.Digest})
	if err != nil {
		return nil, fmt.Errorf("image %s of container %s: %w", c.Request.Image.Name, c.Request.Name, err)
	}
	c.picture = i
	return i, nil
}

// config is the image's configuration, nil if there is no image.
func (c *Container) config() (*store.Config, error) {
	i, err := c.image()
	if i == nil || err != nil {
		return nil, err
	}
	return &i.Config, nil
}
