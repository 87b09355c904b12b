package engine

import (
	"isle/internal/image/store"
	"isle/internal/oci"
)

// Layered is what the container's root is put together of, and the image that it
// is made from; both are nil if it is made from a folder.
func (c *Container) Layered() (*oci.Layered, *store.Image, error) {
	i, err := c.image()
	if i == nil || err != nil {
		return nil, nil, err
	}
	l, err := c.layered(i)
	return l, i, err
}
