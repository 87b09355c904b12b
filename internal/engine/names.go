package engine

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"

	"golang.org/x/sys/unix"

	"isle/internal/engine/request"
)

// takeName gives a container the name that it asks for, or one that is free.
func (e *Engine) takeName(r *request.Container) error {
	if r.Name != "" {
		return e.claim(r.Name, r.ID)
	}
	for try := 0; ; try++ {
		name := calm[rand.IntN(len(calm))] + "_" + isles[rand.IntN(len(isles))]
		if try > 3 {
			name += strconv.Itoa(rand.IntN(10000))
		}
		err := e.claim(name, r.ID)
		if errors.Is(err, ErrNameTaken) && try < 100 {
			continue
		}
		r.Name = name
		return err
	}
}

// claim gives a name to an ID. A name whose container is gone, as after a kill in
// the middle of its removal, is free.
func (e *Engine) claim(name, id string) error {
	link := e.path("names", name)
	err := os.Symlink(id, link)
	if !errors.Is(err, os.ErrExist) {
		return err
	}
	return e.withNames(func() error {
		owner, err := os.Readlink(link)
		if err == nil && e.exists(owner) {
			return fmt.Errorf("%w: %s is container %.12s (isle rm %s removes it, and --replace does so first)", ErrNameTaken, name, owner, name)
		}
		os.Remove(link)
		return os.Symlink(id, link)
	})
}

// exists says whether a container is there or is being made.
func (e *Engine) exists(id string) bool {
	for _, place := range []string{"containers", "work"} {
		if _, err := os.Lstat(e.path(place, id)); err == nil {
			return true
		}
	}
	return false
}

// dropName takes a name away if it is that of the ID.
func (e *Engine) dropName(name, id string) {
	if name == "" {
		return
	}
	e.withNames(func() error {
		if owner, err := os.Readlink(e.path("names", name)); err == nil && owner == id {
			return os.Remove(e.path("names", name))
		}
		return nil
	})
}

// withNames does something that looks at a name and then changes it.
func (e *Engine) withNames(do func() error) error {
	fd, err := unix.Open(e.path("names"), unix.O_RDONLY|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
	if err != nil {
		return err
	}
	defer unix.Close(fd)
	for err = unix.EINTR; err == unix.EINTR; {
		err = unix.Flock(fd, unix.LOCK_EX)
	}
	if err != nil {
		return err
	}
	return do()
}

// Rename gives a container another name.
func (e *Engine) Rename(c *Container, name string) error {
	if err := checkName(name); err != nil {
		return err
	}
	if err := c.Lock(); err != nil {
		return err
	}
	defer c.Unlock()
	old := c.Request.Name
	if name == old {
		return nil
	}
	if err := e.claim(name, c.Request.ID); err != nil {
		return err
	}
	c.Request.Name = name
	if err := c.saveRequest(); err != nil {
		c.Request.Name = old
		e.dropName(name, c.Request.ID)
		return err
	}
	e.dropName(old, c.Request.ID)
	e.emit(c, "rename", map[string]string{"oldName": old})
	return nil
}

// saveRequest writes down what the container is asked to be from now on.
func (c *Container) saveRequest() error {
	if err := writeJSON(c.Path(requestFile), &c.Request); err != nil {
		return fmt.Errorf("write down container %s: %w", c.Request.Name, err)
	}
	c.request = stampOf(c.Path(requestFile))
	return nil
}

// The words of which names are made for containers that were given none.
var calm = [...]string{"amber", "bold", "brave", "breezy", "bright", "calm", "clear", "coral", "deep", "fair", "far", "free", "gentle", "golden", "grand",
	"green", "happy", "hidden", "high", "kind", "lone", "lucky", "mellow", "misty", "noble", "old", "proud", "quick", "quiet", "rocky",
	"sandy", "serene", "silver", "small", "still", "sunny", "swift", "tidal", "warm", "wild", "windy", "wise"}

var isles = [...]string{"amrum", "anglesey", "aran", "arran", "aruba", "ascension", "azores", "bali", "baltrum", "barra", "bornholm", "bute", "capri", "corfu", "crete",
	"delos", "dursey", "eigg", "elba", "faial", "flores", "foehr", "gigha", "gotland", "harris", "hvar", "iona", "islay", "ithaca", "java",
	"juist", "jura", "kauai", "korcula", "kos", "lewis", "lundy", "madeira", "malta", "man", "maui", "milos", "mull", "naxos", "oland",
	"orkney", "paros", "pico", "rab", "raasay", "rhodes", "rum", "samos", "sark", "skye", "staffa", "sylt", "tahiti", "texel", "tiree",
	"tobago", "tresco", "uist", "unst", "usedom", "vis", "wight", "yell", "zante"}
