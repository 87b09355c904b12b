package idmap

import (
	"errors"
	"fmt"
	"strings"
)

// LookupUser returns the id of a user given by name, as in /etc/passwd, or by
// number. See [Files.LookupUser].
func LookupUser(s string) (uint32, error) { return Files{}.LookupUser(s) }

// LookupGroup returns the id of a group given by name, as in /etc/group, or by
// number. See [Files.LookupGroup].
func LookupGroup(s string) (uint32, error) { return Files{}.LookupGroup(s) }

// LookupUser returns the id of a user given by name or by number. Digits are a
// number, for which no file is read and no user need exist; a number too large
// is an [*IDError].
func (f Files) LookupUser(s string) (uint32, error) { return lookup(f.passwd(), "user", s) }

// LookupGroup is the same for a group.
func (f Files) LookupGroup(s string) (uint32, error) { return lookup(f.group(), "group", s) }

// lookup takes the id from the third field, where both files have it.
func lookup(path, what, s string) (uint32, error) {
	if s == "" {
		return 0, errors.New("empty " + what + " name")
	}
	if strings.Trim(s, "0123456789") == "" {
		return ParseID(s)
	}
	for r, err := range records(path) {
		if err != nil {
			return 0, err
		}
		if r.fields[0] != s {
			continue
		}
		if len(r.fields) < 3 {
			return 0, r.wrap(errors.New("no id"))
		}
		id, err := ParseID(r.fields[2])
		if err != nil {
			return 0, r.wrap(err)
		}
		return id, nil
	}
	return 0, fmt.Errorf("no %s %q in %s", what, s, path)
}
