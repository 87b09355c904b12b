package containers

import (
	"isle/internal/engine"
	"isle/internal/image/store"
)

// sizeOf measures what a container takes.
func sizeOf(c *engine.Container, i *store.Image) (*Size, error) {
	own, err := engine.Size(c.Path("upper"))
	s := &Size{Own: own, Total: own}
	if i != nil {
		s.Total += i.Bytes()
	}
	return s, err
}
