package idmap

import (
	"errors"
	"fmt"
	"strconv"
)

// NoSubIDs is the error that a user is granted no subordinate ids.
type NoSubIDs struct{ User, Path string }

// Error says it as unshare(1) does.
func (e *NoSubIDs) Error() string {
	return fmt.Sprintf("no line matching user %q in %s", e.User, e.Path)
}

// SubIDs returns the subordinate ids that a file, /etc/subuid or /etc/subgid,
// grants a user by name or by number, in the order of the file, as ranges that
// are the same inside and outside. Both files go by the user, never by a group
// (subgid(5)). The name may be empty. Without any the error is a [*NoSubIDs]; a
// line of the user's that is malformed is an error too, since to pass it over
// would map other ids than the ones meant.
func SubIDs(path string, uid uint32, name string) (Map, error) {
	number := strconv.FormatUint(uint64(uid), 10)
	var m Map
	for r, err := range records(path) {
		if err != nil {
			return nil, err
		}
		if owner := r.fields[0]; owner != number && (name == "" || owner != name) {
			continue
		}
		grant, err := r.grant()
		if err != nil {
			return nil, r.wrap(err)
		}
		m = append(m, grant...)
	}
	if m == nil {
		user := name
		if user == "" {
			user = number
		}
		return nil, &NoSubIDs{user, path}
	}
	return m, nil
}

// grant reads "user:start:count". A count of 0 grants nothing.
func (r record) grant() (Map, error) {
	if len(r.fields) != 3 {
		return nil, errors.New("not of the form user:start:count")
	}
	start, count := r.fields[1], r.fields[2]
	if n, err := parseNumber(count); err == nil && n == 0 {
		return nil, nil
	}
	sub, err := parseRange(start, start, count)
	return Map{sub}, err
}
