package engine

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"isle/internal/container"
)

// ErrRunning: the container has a process, and so cannot be removed.
var ErrRunning = errors.New("it is running")

// Remove removes a container and its anonymous volumes. One that runs is killed
// first, by force, or is an error.
func (e *Engine) Remove(c *Container, force bool) error { return e.removed(c, force, true) }

// RemoveOnly removes a container as Remove does, and leaves its volumes.
func (e *Engine) RemoveOnly(c *Container, force bool) error { return e.removed(c, force, false) }

func (e *Engine) removed(c *Container, force, volumes bool) error {
	for range 10 { // of a container that others start at the same time
		if c.Up() {
			if !force {
				return fmt.Errorf("remove container %s: %w (isle stop %s ends it, and --force does so)", c.Request.Name, ErrRunning, c.Request.Name)
			}
			if err := e.Kill(c, unix.SIGKILL); err != nil && !errors.Is(err, ErrUnknown) && !errors.Is(err, ErrNotUp) {
				return err
			}
		}
		err := c.Lock()
		if errors.Is(err, ErrUnknown) && force { // --rm was quicker
			return nil
		}
		if err != nil {
			return err
		}
		if !c.Up() {
			defer c.Unlock()
			c.dismiss()
			return e.remove(c, volumes)
		}
		c.Unlock()
	}
	return fmt.Errorf("remove container %s: it is started again and again", c.Request.Name)
}

// remove takes a container away whose lock this process holds. It is gone from
// the moment of the rename on; what is left to do then, a killed isle leaves to
// the next.
func (e *Engine) remove(c *Container, volumes bool) error {
	if err := e.Runtime.Delete(c.Request.ID, true, &container.Options{}); err != nil {
		return fmt.Errorf("remove container %s: %w", c.Request.Name, err)
	}
	gone := e.path("work", c.Request.ID)
	if err := os.Rename(c.dir, gone); err != nil {
		return fmt.Errorf("remove container %s: %w", c.Request.Name, err)
	}
	e.emit(c, "remove", nil)
	e.dropName(c.Request.Name, c.Request.ID)
	if volumes {
		e.dropVolumes(c)
	}
	if err := clear(gone); err != nil {
		return fmt.Errorf("remove the files of container %s: %w", c.Request.Name, err)
	}
	return e.Images.Unpin(c.Request.ID)
}

// Tidy removes what was killed in the middle of its making or its removal.
func (e *Engine) Tidy() error {
	entries, err := os.ReadDir(e.path("work"))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	for _, d := range entries {
		err = errors.Join(err, e.tidy(d.Name()))
	}
	err = errors.Join(err, e.tidyNames())
	pins, pinErr := e.Images.Pins()
	for who := range pins {
		if len(who) == 64 && isHex(who) && !e.exists(who) {
			pinErr = errors.Join(pinErr, e.Images.Unpin(who))
		}
	}
	return errors.Join(err, pinErr)
}

// tidyNames takes away names of containers that are gone.
func (e *Engine) tidyNames() error {
	names, err := os.ReadDir(e.path("names"))
	for _, n := range names {
		id, linkErr := os.Readlink(e.path("names", n.Name()))
		if linkErr == nil && !e.exists(id) {
			e.dropName(n.Name(), id)
		}
	}
	return err
}

// newWork is how names in work begin of what has no lock yet, and young how long
// that may be.
const (
	newWork = "new-"
	young   = 10 * time.Second
)

// tidy removes something in work that nobody is at work on.
func (e *Engine) tidy(name string) error {
	path := e.path("work", name)
	fd, err := unix.Open(path, unix.O_RDONLY|unix.O_DIRECTORY|unix.O_CLOEXEC|unix.O_NOFOLLOW, 0)
	if err != nil {
		return nil
	}
	defer unix.Close(fd)
	if strings.HasPrefix(name, newWork) {
		var st unix.Stat_t
		if err := unix.Fstat(fd, &st); err != nil || time.Since(time.Unix(st.Ctim.Unix())) < young {
			return err
		}
	}
	if unix.Flock(fd, unix.LOCK_EX|unix.LOCK_NB) != nil {
		return nil
	}
	return clear(path)
}

// clear removes a folder. An ordinary user's containers may have left files of
// subordinate ids in it, which only a process that has those can remove.
func clear(path string) error {
	err := os.RemoveAll(path)
	if err == nil || os.Geteuid() == 0 || !errors.Is(err, syscall.EACCES) && !errors.Is(err, syscall.EPERM) {
		return err
	}
	return inside(ClearCommand, path)
}
