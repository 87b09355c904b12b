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
	exceptions []rule
}

// listOf turns rules in order into such a list. A later rule that takes away a
// part of an exception's devices cannot be said there, and is an error.
func listOf(rules []rule) (deviceList, error) {
	var l deviceList
	for _, r := range rules {
		kinds := []byte{r.kind}
		if r.kind == 'a' {
			if r.everything() {
				l = deviceList{allow: r.allow}
				continue
			}
			kinds = []byte("bc") // the kernel takes "a" as everything, whatever follows
		}
		for _, kind := range kinds {
			r.kind = kind
			if err := l.add(r); err != nil {
				return l, err
			}
		}
	}
	return l, nil
}

func (l *deviceList) add(r rule) error {
	if r.allow != l.allow {
		return l.except(r)
	}
	kept := l.exceptions[:0]
	for _, e := range l.exceptions {
		if common := e.access & r.access; common != 0 && r.meets(e) {
			if !r.covers(e) {
				return &Error{
					Doing: "have the device rule " + r.verb() + " " + r.String() + " after " + e.verb() + " " + e.String(),
					Err:   errors.New("cgroup version 1 cannot except a part of an exception"),
					Hint:  "list the devices one by one, or use cgroup version 2",
				}
			}
			e.access &^= r.access
		}
		if e.access != 0 {
			kept = append(kept, e)
		}
	}
	l.exceptions = kept
	return nil
}

// except adds an exception, or widens the one that there is for the same devices.
func (l *deviceList) except(r rule) error {
	for i := range l.exceptions {
		e := &l.exceptions[i]
		if e.kind == r.kind && e.major == r.major && e.minor == r.minor {
			e.access |= r.access
			return nil
		}
	}
	l.exceptions = append(l.exceptions, r)
	return nil
}

func (r rule) verb() string {
	if r.allow {
		return "allow"
	}
	return "deny"
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
		if err := t.writeRules(deviceFile(l.allow), []rule{anything}); err != nil {
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
func without(list, other []rule) []rule {
	var more []rule
	for _, r := range list {
		if i := slices.IndexFunc(other, func(o rule) bool { return o.covers(r) && r.covers(o) }); i >= 0 {
			r.access &^= other[i].access
		}
		if r.access != 0 {
			more = append(more, r)
		}
	}
	return more
}

// writeRules writes one rule a call, for the kernel takes no more.
func (t *Tree) writeRules(file string, rules []rule) error {
	if len(rules) == 0 {
		return nil
	}
	fd, err := t.at(t.in(file), unix.O_WRONLY)
	if err != nil {
		return &Error{Doing: "open " + file + " of " + t.Dir(), Err: err, Hint: hint(file, err)}
	}
	defer unix.Close(fd)
	for _, r := range rules {
		if err := writeAll(fd, r.String()); err != nil {
			return &Error{Doing: "set " + file + " of " + t.Dir() + " to " + r.String(), Err: err, Hint: hint(file, err)}
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
		r := rule{allow: true, kind: words[0][0]}
		var errs [3]error
		r.major, errs[0] = parseDeviceWord(major)
		r.minor, errs[1] = parseDeviceWord(minor)
		r.access, errs[2] = parseAccess(words[2])
		if err := errors.Join(errs[:]...); err != nil {
			return l, fmt.Errorf("line %.100q: %w", line, err)
		}
		if r.kind == 'a' {
			return deviceList{allow: true}, nil
		}
		l.exceptions = append(l.exceptions, r)
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
		err = v2.attachDevices(rules)
	}
	if err != nil && refused(err) && (g.Rootless || inUserNamespace()) {
		return nil
	}
	return err
}
