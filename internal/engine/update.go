package engine

import (
	"errors"
	"fmt"
	"reflect"

	"isle/internal/engine/request"
	"isle/internal/engine/setup"
)

// Update changes the limits and the restart policy of a container: those of one
// that runs at once, and what was asked for, so that its next start has them too.
func (e *Engine) Update(c *Container, change func(r *request.Container) error) error {
	if err := c.Lock(); err != nil {
		return err
	}
	defer c.Unlock()
	before := c.Request
	r := c.Request
	err := change(&r)
	limited := c.Up() && !reflect.DeepEqual(r.Limits, before.Limits)
	if err == nil && limited {
		err = e.limit(c, &r)
	}
	if err == nil {
		err = writeJSON(c.Path(requestFile), &r)
		if err != nil && limited {
			err = errors.Join(err, e.limit(c, &before))
		}
	}
	if err != nil {
		return fmt.Errorf("update container %s: %w", before.Name, err)
	}
	c.Request = r
	e.emit(c, "update", nil)
	return nil
}

// limit holds a container that runs to limits.
func (e *Engine) limit(c *Container, r *request.Container) error {
	limits, err := setup.Limits(&r.Limits)
	if err != nil {
		return err
	}
	spec, err := e.Runtime.Spec(c.Request.ID)
	if err != nil {
		return err
	}
	if spec.Linux == nil || spec.Linux.Resources == nil {
		return errors.New("it has no cgroups of its own, so that it cannot be limited while it runs")
	}
	return e.Runtime.Update(c.Request.ID, limits, nil)
}
