package engine

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"os"
	"time"

	"golang.org/x/sys/unix"

	"isle/internal/engine/request"
	"isle/internal/image/store"
)

// ErrNameTaken: another container has the name.
var ErrNameTaken = errors.New("the name is in use")

// Create makes a container that can be started. It fills in the request's ID, its
// name if that is empty, when it was created, and what the image is called. What
// fails leaves nothing behind.
func (e *Engine) Create(ctx context.Context, r *request.Container) (*Container, error) {
	if r.Name != "" {
		if err := checkName(r.Name); err != nil {
			return nil, err
		}
	}
	if err := e.create(); err != nil {
		return nil, err
	}
	id, err := newID()
	if err != nil {
		return nil, err
	}
	r.Version, r.ID, r.Created = 1, id, time.Now()
	r.Rootless = os.Geteuid() != 0
	c := &Container{engine: e, dir: e.path("work", r.ID), lock: -1}
	if err := c.make(ctx, r); err != nil {
		e.discard(c)
		return nil, fmt.Errorf("create a container: %w", err)
	}
	e.emit(c, "create", nil)
	return c, nil
}

// newID is an ID as engines have them: 32 random bytes. crypto/rand would be slow
// to start.
func newID() (string, error) {
	var b [32]byte
	if _, err := unix.Getrandom(b[:], 0); err != nil {
		return "", os.NewSyscallError("getrandom", err)
	}
	return hex.EncodeToString(b[:]), nil
}

func (c *Container) make(ctx context.Context, r *request.Container) error {
	work, err := c.begin()
	if err != nil {
		return err
	}
	defer unix.Close(work)
	if err := c.takeImage(ctx, r); err != nil {
		return err
	}
	for _, d := range []string{"rootfs", "files"} {
		if err := os.Mkdir(c.Path(d), 0o755); err != nil {
			return err
		}
	}
	if err := c.engine.takeName(r); err != nil {
		return err
	}
	c.Request = *r
	if err := c.saveRequest(); err != nil {
		return err
	}
	final := c.engine.path("containers", r.ID)
	if err := os.Rename(c.dir, final); err != nil {
		return err
	}
	c.dir = final
	return nil
}

// begin makes the folder in which the container is made, and holds it until it has
// its place: who tidies up takes any other for what a killed process has left.
func (c *Container) begin() (lock int, err error) {
	draft := c.engine.path("work", newWork+c.id())
	if err := os.Mkdir(draft, 0o700); err != nil {
		return -1, err
	}
	lock, err = unix.Open(draft, unix.O_RDONLY|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
	if err != nil {
		return -1, err
	}
	if err = unix.Flock(lock, unix.LOCK_SH); err == nil {
		err = os.Rename(draft, c.dir)
	}
	if err != nil {
		unix.Close(lock)
		os.Remove(draft)
	}
	return lock, err
}

// takeImage keeps the image on disk for the container, and makes what is written
// over it.
func (c *Container) takeImage(ctx context.Context, r *request.Container) error {
	if r.Image.RootFS != "" {
		return nil
	}
	i, err := c.engine.Images.Pin(ctx, r.Image.Name, r.ID)
	if err != nil {
		return err
	}
	c.picture = i
	r.Image.ID, r.Image.Digest = i.ID, i.Digest
	r.Image.Name = called(i, r.Image.Name)
	r.Labels = inherited(i.Config.Config.Labels, r.Labels)
	l, err := c.layered(i)
	if err != nil {
		return err
	}
	return l.Make()
}

// inherited are the labels of an image with those of a container, which come before.
func inherited(image, own map[string]string) map[string]string {
	if len(image) == 0 {
		return own
	}
	all := maps.Clone(image)
	maps.Copy(all, own)
	return all
}

// called is the name of an image in full, if it has the one that was asked for.
func called(i *store.Image, word string) string {
	if _, full, err := store.Choose([]*store.Image{i}, word); err == nil && full != "" {
		return full
	}
	return word
}

// discard removes what there is of a container that could not be made.
func (e *Engine) discard(c *Container) {
	e.Images.Unpin(c.id())
	e.dropName(c.Request.Name, c.id())
	os.RemoveAll(c.dir)
}
