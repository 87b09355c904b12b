package resources

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	specs "github.com/opencontainers/runtime-spec/specs-go"
	"golang.org/x/sys/unix"
)

// deviceList is what the devices controller of version 1 can hold: one answer for
// everything, and exceptions from it (admin-guide/cgroup-v1/devices).
type deviceList struct {
	allow      bool
	exceptions []verdict // their access is what is excepted
}

// listOf turns rules into such a list. A device of which less is excepted than of
// a wider class that it is in cannot be said there, and is an error.
func listOf(rules []rule) (deviceList, error) {
	l := deviceList{allow: true}
	table, err := tabulate(rules)
	if err != nil {
		return l, err
	}
	for _, v := range table {
		if v.major == wildcard && v.minor == wildcard {
			l.allow = l.allow && v.allowed == accessAll
		}
	}
	for i, v := range table {
		e := l.except(v)
		for _, wider := range table[i+1:] {
			if more := l.except(wider).allowed &^ e.allowed; wider.covers(v) && more != 0 {
				return l, &Error{
					Doing: "allow " + v.String() + " where " + wider.String() + " is allowed",
					Err:   errors.New("cgroup version 1 cannot except a part of an exception"),
					Hint:  "list the devices one by one, or use cgroup version 2",
				}
			}
		}
		if e.allowed != 0 {
			l.exceptions = append(l.exceptions, e)
		}
	}
	if !l.allow {
		l.asSaid(rules)
	}
	return l, nil
}

// except is a verdict as an exception from the list's answer.
func (l *deviceList) except(v verdict) verdict {
	if l.allow {
		v.allowed = accessAll &^ v.allowed
	}
	return v
}

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

// parseDeviceList reads devices.list: "a *:* rwm" if everything is allowed, and
// then it does not tell what is excepted; else what is allowed.
func parseDeviceList(text string) (deviceList, error) {
	var l deviceList
	for line := range strings.Lines(text) {
		words := strings.Fields(line)
		if len(words) != 3 || len(words[0]) != 1 {
			return l, fmt.Errorf("line %.100q", line)
		}
		major, minor, _ := strings.Cut(words[1], ":")
		v := verdict{kind: words[0][0]}
		var errs [3]error
		v.major, errs[0] = parseDeviceWord(major)
		v.minor, errs[1] = parseDeviceWord(minor)
		v.allowed, errs[2] = parseAccess(words[2])
		if err := errors.Join(errs[:]...); err != nil {
			return l, fmt.Errorf("line %.100q: %w", line, err)
		}
		if v.kind == 'a' {
			return deviceList{allow: true}, nil
		}
		l.exceptions = append(l.exceptions, v)
	}
	return l, nil
}

func parseDeviceWord(s string) (uint32, error) {
	if s == "*" {
		return wildcard, nil
	}
	n, err := strconv.ParseUint(s, 10, 32)
	return uint32(n), err
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
