package netdevice

import (
	"errors"
	"fmt"

	"golang.org/x/sys/unix"
)

// Moved are devices that are in a container, whose network namespace lasts until
// Close, whatever becomes of the container. nil is none.
type Moved struct {
	p    *passage
	list []*device
}

// Back moves the devices back and gives them what they had, as when one of them
// cannot go: a virtual one would end with its namespace.
func (m *Moved) Back() error {
	if m == nil {
		return nil
	}
	return m.p.bringBack(m.list)
}

// Close leaves the devices where they are.
func (m *Moved) Close() {
	if m != nil {
		m.p.close()
	}
}

// bringBack moves devices back that have arrived, the last one first.
func (p *passage) bringBack(list []*device) error {
	var problems []error
	for i := len(list) - 1; i >= 0; i-- {
		if d := list[i]; d.arrived != 0 {
			if err := p.back(d); err != nil {
				problems = append(problems, fmt.Errorf("move the network device %q back to the host: %w", d.name, err))
			}
		}
	}
	return errors.Join(problems...)
}

// back moves a device back and gives it what it had: its master, its addresses,
// not only those of global scope, and its routes.
func (p *passage) back(d *device) error {
	if err := p.there.send(d.arrived, p.ownSpace, d.name); err != nil {
		return err
	}
	l, err := p.here.find(d.name)
	if err != nil {
		return err
	}
	var problems []error
	if d.link.master != 0 {
		problems = append(problems, p.here.change(addNumber(about(l.index, 0), unix.IFLA_MASTER, d.link.master)))
	}
	problems = append(problems, p.here.give(d.addresses, l, d.name))
	if d.link.up {
		problems = append(problems, p.here.setUp(l.index), p.here.giveRoutes(d.routes, l.index))
	}
	return errors.Join(problems...)
}
