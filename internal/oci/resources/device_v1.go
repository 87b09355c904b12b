package resources

import (
	"fmt"
	"slices"

	specs "github.com/opencontainers/runtime-spec/specs-go"
	"golang.org/x/sys/unix"
)

var deviceFiles = [...]string{"devices.deny", "devices.allow"}

func deviceFile(allow bool) string {
	if allow {
		return deviceFiles[1]
	}
	return deviceFiles[0]
}

// writeDevices writes a list. That of a group with processes is changed and not
// made anew, so that no device is denied for a moment. A group that allows
// everything does not tell its exceptions, so there they are made anew.
func (t *Tree) writeDevices(l deviceList, live bool) error {
	var old deviceList
	if live {
		text, err := t.read("devices.list")
		if err != nil {
			return &Error{Doing: "read devices.list of " + t.Dir(), Err: err}
		}
		if old, err = parseDeviceList(text); err != nil {
			return fmt.Errorf("devices.list of %s: %w", t.Dir(), err)
		}
	}
	if !live || old.allow || l.allow {
		if err := t.writeRules(deviceFile(l.allow), []verdict{{kind: 'a', major: wildcard, minor: wildcard, allowed: accessAll}}); err != nil {
			return err
		}
		old.exceptions = nil
	}
	if err := t.writeRules(deviceFile(!l.allow), without(l.exceptions, old.exceptions)); err != nil {
		return err
	}
	return t.writeRules(deviceFile(l.allow), without(old.exceptions, l.exceptions))
}

// without gives what a list has more than another.
func without(list, other []verdict) []verdict {
	var more []verdict
	for _, v := range list {
		if i := slices.IndexFunc(other, func(o verdict) bool { return o.covers(v) && v.covers(o) }); i >= 0 {
			v.allowed &^= other[i].allowed
		}
		if v.allowed != 0 {
			more = append(more, v)
		}
	}
	return more
}

// writeRules writes one rule a call, for the kernel takes no more.
func (t *Tree) writeRules(file string, list []verdict) error {
	if len(list) == 0 {
		return nil
	}
	fd, err := t.at(t.in(file), unix.O_WRONLY)
	if err != nil {
		return &Error{Doing: "open " + file + " of " + t.Dir(), Err: err, Hint: hint(file, err)}
	}
	defer unix.Close(fd)
	for _, v := range list {
		if err := writeAll(fd, v.String()); err != nil {
			return &Error{Doing: "set " + file + " of " + t.Dir() + " to " + v.String(), Err: err, Hint: hint(file, err)}
		}
	}
	return nil
}

// setDevices sets the group's device rules. Who is without privileges on the
// machine may set none, and reaches no device by it either: a device that is made
// in a user namespace cannot be opened.
func (g *Group) setDevices(r *specs.LinuxResources, live bool) error {
	v1, v2 := g.v1("devices"), g.v2()
	if v1 == nil && v2 == nil {
		return nil
	}
	rules, err := deviceRules(r)
	if err != nil {
		return err
	}
	if v1 != nil {
		var l deviceList
		if l, err = listOf(rules); err == nil {
			err = v1.writeDevices(l, live)
		}
	} else {
		var table []verdict
		if table, err = tabulate(rules); err == nil {
			err = v2.attachDevices(table)
		}
	}
	if err != nil && refused(err) && (g.Rootless || inUserNamespace()) {
		return nil
	}
	return err
}
