package engine

import (
	"errors"
	"runtime"
	"sync"
	"syscall"

	"isle/internal/engine/setup"
	"isle/internal/getopt"
	"isle/internal/image/store"
)

// Seen is a container and what it was doing when it was looked at.
type Seen struct {
	*Container
	Status Status
}

// Look says what containers are doing. Those whose monitor was killed are seen to
// first, and one that is gone by then is left out.
func (e *Engine) Look(list []*Container) ([]Seen, error) {
	seen, errs := make([]Seen, len(list)), make([]error, len(list))
	shared(len(list), func(i int) {
		up := list[i].Up()
		var err error
		if !up {
			err = e.Refresh(list[i])
		}
		if errors.Is(err, ErrUnknown) || err == nil && !up && list[i].gone() {
			return
		}
		status, failed := list[i].status(up)
		seen[i], errs[i] = Seen{list[i], status}, errors.Join(err, failed)
	})
	var there []Seen
	for _, s := range seen {
		if s.Container != nil {
			there = append(there, s)
		}
	}
	return there, errors.Join(errs...)
}

// gone says whether the container was removed because its end was seen to.
func (c *Container) gone() bool {
	return c.State.Stopping && c.Request.Remove && !c.Up() && !c.engine.exists(c.id())
}

// shared calls do for 0 to n-1, on all processors at once.
func shared(n int, do func(i int)) {
	share := max(1, (n+runtime.GOMAXPROCS(0)-1)/runtime.GOMAXPROCS(0))
	var all sync.WaitGroup
	for from := 0; from < n; from += share {
		all.Go(func() {
			for i := from; i < min(from+share, n); i++ {
				do(i)
			}
		})
	}
	all.Wait()
}

// Image is the image that the container is made from, nil if it is made from a
// folder.
func (c *Container) Image() (*store.Image, error) { return c.image() }

// Arguments are the program that the container executes and its arguments.
func (c *Container) Arguments(image *store.Image) ([]string, error) {
	return (&setup.Input{Request: &c.Request, Image: configOf(image)}).Arguments()
}

// StopSignal is the signal that asks the container's program to end.
func (c *Container) StopSignal() (syscall.Signal, error) {
	config, err := c.config()
	if err != nil {
		return 0, err
	}
	return getopt.Signal(setup.StopSignal(&c.Request, config))
}

// StopSeconds is how long it is given to do so.
func (c *Container) StopSeconds() int {
	if t := c.Request.StopTimeout; t != nil {
		return *t
	}
	return 10
}

func configOf(i *store.Image) *store.Config {
	if i == nil {
		return nil
	}
	return &i.Config
}
