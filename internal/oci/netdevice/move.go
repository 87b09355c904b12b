package netdevice

import (
	"errors"
	"fmt"
	"strconv"

	specs "github.com/opencontainers/runtime-spec/specs-go"
	"golang.org/x/sys/unix"
)

// Move moves network devices into the network namespace of a process, brings them
// up there and gives them the names that they are to have, and their permanent
// addresses of global scope. Maximum transmission unit, hardware address, alias
// and other names are the device's and go with it; routes, queueing disciplines
// and sysctls belong to the namespace and do not.
//
// Whether the devices exist and can go, and whether names are free, is found out
// before the first one is moved. If one fails nevertheless, all that were moved
// are moved back, and get back what they had. Of those that do not come back the
// error tells, too. What is returned is nil if there are no devices. (OCI runtime specification, config-linux.md, "Network
// Devices")
func Move(devices map[string]specs.LinuxNetDevice, pid int) (*Moved, error) {
	if len(devices) == 0 {
		return nil, nil
	}
	list, err := read(devices)
	if err != nil {
		return nil, err
	}
	p, err := passageTo(pid)
	if err != nil {
		return nil, fmt.Errorf("move network devices: %w", err)
	}
	if err := p.move(list); err != nil {
		p.close()
		return nil, err
	}
	return &Moved{p, list}, nil
}

func (p *passage) move(list []*device) error {
	for _, d := range list {
		if err := p.look(d); err != nil {
			return d.failed(err)
		}
	}
	for i, d := range list {
		if err := p.take(d); err != nil {
			return errors.Join(d.failed(err), p.bringBack(list[:i+1]))
		}
	}
	return nil
}

// look finds out what the device has, and whether it can go.
func (p *passage) look(d *device) (err error) {
	if d.link, err = p.here.find(d.name); err != nil {
		return err
	}
	if d.link.name != d.name {
		return fmt.Errorf("this is another name of %q (name it so)", d.link.name)
	}
	if d.link.fixed {
		return errors.New("the kernel keeps it in its namespace")
	}
	if err := p.free(d); err != nil {
		return err
	}
	if d.addresses, err = p.here.addresses(d.link.index); err != nil {
		return fmt.Errorf("list its addresses: %w", err)
	}
	if d.routes, err = p.here.routes(d.link.index); err != nil {
		return fmt.Errorf("list its routes: %w", err)
	}
	return nil
}

// free makes sure that nothing in the container has the name that is wanted.
func (p *passage) free(d *device) error {
	if d.numbered() {
		return nil
	}
	taken, err := p.there.has(d.inside)
	if taken {
		err = fmt.Errorf("the container has a device %q already: %w", d.inside, unix.EEXIST)
	}
	return err
}

// take moves one device.
func (p *passage) take(d *device) error {
	passing, err := p.passing(d)
	if err != nil {
		return err
	}
	if err := p.here.send(d.link.index, p.itsSpace, passing); err != nil {
		return err
	}
	arrived, err := p.there.find(passing)
	if err != nil {
		return fmt.Errorf("find it again as %q: %w", passing, err)
	}
	d.arrived = arrived.index
	if d.inside != passing {
		if err := p.there.rename(d.arrived, d.inside); err != nil {
			return fmt.Errorf("rename it to %q: %w", d.inside, err)
		}
		if arrived, err = p.there.at(d.arrived); err != nil {
			return err
		}
	}
	if err := p.there.give(d.lasting(), arrived, d.name); err != nil {
		return err
	}
	return p.there.setUp(d.arrived)
}

// passing is the name by which a device is known when it arrives: its own, if
// nobody there has that. One that the kernel is to number comes by another: its
// own name is to count as free.
func (p *passage) passing(d *device) (string, error) {
	taken, err := p.there.has(d.name)
	if err != nil || !taken && !d.numbered() {
		return d.name, err
	}
	interim := "isle" + strconv.FormatUint(uint64(d.link.index), 10)
	if taken, err = p.there.has(interim); taken {
		err = fmt.Errorf("the container has a device %q: %w", interim, unix.EEXIST)
	}
	return interim, err
}
