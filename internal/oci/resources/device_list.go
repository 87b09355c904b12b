package resources

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
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
