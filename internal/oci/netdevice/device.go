package netdevice

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	specs "github.com/opencontainers/runtime-spec/specs-go"
	"golang.org/x/sys/unix"
)

// longestName is how many bytes a name may have (IFNAMSIZ, without the zero).
const longestName = unix.IFNAMSIZ - 1

// device is one that is to be moved.
type device struct {
	name   string // on the host
	inside string // in the container; with %d the kernel numbers it

	link      *link // as it was on the host
	addresses []address
	routes    []route

	arrived uint32 // its index in the container, 0 if it is not there
}

// read lists devices by their names, all of which can be names; those that the
// kernel numbers last, so that it takes no number that another one is to have.
func read(devices map[string]specs.LinuxNetDevice) ([]*device, error) {
	var named, numbered []*device
	for _, name := range slices.Sorted(maps.Keys(devices)) {
		d := &device{name: name, inside: devices[name].Name}
		if d.inside == "" {
			d.inside = name
		}
		if err := d.check(named); err != nil {
			return nil, d.failed(err)
		}
		if d.numbered() {
			numbered = append(numbered, d)
		} else {
			named = append(named, d)
		}
	}
	return append(named, numbered...), nil
}

// check wants names that the kernel takes, and that no other device is to have.
func (d *device) check(others []*device) error {
	if !isName(d.name) || strings.Contains(d.name, "%") {
		return errors.New("no device can have this name")
	}
	if !isName(d.inside) || strings.Contains(strings.Replace(d.inside, "%d", "", 1), "%") {
		return fmt.Errorf("no device can be called %q (1 to %d bytes without white space, / and :)", d.inside, longestName)
	}
	for _, other := range others {
		if other.inside == d.inside {
			return fmt.Errorf("%q is to be called %q, too", other.name, d.inside)
		}
	}
	return nil
}

// isName says whether the kernel takes it for a device's name (netdevice(7)).
func isName(name string) bool {
	const latinSpace = 0xa0 // one byte of it is white space to the kernel
	return name != "" && name != "." && name != ".." && len(name) <= longestName &&
		!strings.ContainsAny(name, "/: \t\n\v\f\r\x00") && strings.IndexByte(name, latinSpace) < 0
}

// numbered says whether the kernel makes the name.
func (d *device) numbered() bool { return strings.Contains(d.inside, "%d") }

// lasting are the addresses that it keeps.
func (d *device) lasting() []address {
	return slices.DeleteFunc(slices.Clone(d.addresses), func(a address) bool { return !a.lasting() })
}

func (d *device) failed(err error) error {
	hint := ""
	switch {
	case errors.Is(err, unix.EPERM):
		hint = " (it takes CAP_NET_ADMIN over the network namespaces of the host and of the container)"
	case errors.Is(err, unix.ENODEV):
		hint = " (ip link lists those that the host has)"
	case errors.Is(err, unix.EINVAL) && d.arrived == 0:
		hint = " (the kernel keeps some kinds in their namespace, such as bridges)"
	}
	return fmt.Errorf("move the network device %q into the container: %w%s", d.name, err, hint)
}
