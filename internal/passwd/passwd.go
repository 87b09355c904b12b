package passwd

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// User is who a program runs as.
type User struct {
	UID, GID uint32
	Groups   []uint32 // the group and supplementary ones
	Home     string   // an absolute path
	Shell    string   // an absolute path
}

// Find resolves "USER[:GROUP]", each a name or a number, in the files of the
// root at dir. An empty USER is user 0. A number need not be in the files; a
// name that is not is an error. Without GROUP it is the user's own, with the
// supplementary groups that have the user as a member.
func Find(dir, text string) (*User, error) { return In(dir).Find(text) }

// Find is the function Find for a root whose files are opened so.
func (root Opener) Find(text string) (*User, error) {
	name, groupName, grouped := strings.Cut(text, ":")
	if grouped && groupName == "" {
		return nil, fmt.Errorf("user %q: no group after the colon", text)
	}
	if name == "" {
		name = "0"
	}
	a, err := findAccount(root, name)
	if err != nil {
		return nil, err
	}
	if grouped {
		if a.gid, err = root.Group(groupName); err != nil {
			return nil, err
		}
	}
	u := &User{UID: a.uid, GID: a.gid, Groups: []uint32{a.gid}, Home: a.home, Shell: a.shell}
	if grouped || a.name == "" {
		return u, nil
	}
	return u, addGroups(root, a.name, u)
}

// account is a line of passwd(5).
type account struct {
	name        string // empty: there is none
	uid, gid    uint32
	home, shell string
}

// findAccount finds a user by name, or by number, the name being tried first
// on each line.
func findAccount(root Opener, name string) (account, error) {
	const file = "/etc/passwd"
	id, numberErr := parseID(name)
	a := account{uid: id, home: "/", shell: "/bin/sh"}
	found := false
	err := records(root, file, func(f []string) (bool, error) {
		if f[0] != name && (numberErr != nil || len(f) < 4 || !sameID(f[2], id)) {
			return true, nil
		}
		found = true
		return false, a.set(f)
	})
	switch {
	case err != nil:
		return a, fmt.Errorf("user %q: %w", name, err)
	case !found && numberErr != nil && isNumber(name):
		return a, fmt.Errorf("user %q: %w", name, numberErr)
	case !found && numberErr != nil:
		return a, fmt.Errorf("user %q is not in %s of the root", name, file)
	}
	return a, nil
}

// set takes the fields of a line.
func (a *account) set(f []string) (err error) {
	if len(f) < 4 {
		return fmt.Errorf("its line has %d fields, not 7", len(f))
	}
	if a.uid, err = parseID(f[2]); err != nil {
		return err
	}
	if a.gid, err = parseID(f[3]); err != nil {
		return err
	}
	a.name = f[0]
	if len(f) > 5 && strings.HasPrefix(f[5], "/") {
		a.home = f[5]
	}
	if len(f) > 6 && strings.HasPrefix(f[6], "/") {
		a.shell = f[6]
	}
	return nil
}

// Group finds a group by name or number. A number need not be in the files.
func (root Opener) Group(name string) (uint32, error) {
	const file = "/etc/group"
	id, numberErr := parseID(name)
	found := numberErr == nil
	err := records(root, file, func(f []string) (more bool, err error) {
		if f[0] != name {
			return true, nil
		}
		if len(f) < 3 {
			return false, fmt.Errorf("its line has %d fields, not 4", len(f))
		}
		found = true
		id, err = parseID(f[2])
		return false, err
	})
	switch {
	case err != nil:
		return 0, fmt.Errorf("group %q: %w", name, err)
	case !found && isNumber(name):
		return 0, fmt.Errorf("group %q: %w", name, numberErr)
	case !found:
		return 0, fmt.Errorf("group %q is not in %s of the root", name, file)
	}
	return id, nil
}

// addGroups adds the groups that a user is a member of.
func addGroups(root Opener, name string, u *User) error {
	err := records(root, "/etc/group", func(f []string) (bool, error) {
		if len(f) < 4 || !slices.Contains(strings.Split(f[3], ","), name) {
			return true, nil
		}
		id, err := parseID(f[2])
		if err != nil {
			return false, fmt.Errorf("group %q: %w", f[0], err)
		}
		if !slices.Contains(u.Groups, id) {
			u.Groups = append(u.Groups, id)
		}
		if len(u.Groups) > mostGroups {
			return false, fmt.Errorf("user %q is in more than %d groups", name, mostGroups)
		}
		return true, nil
	})
	return err
}

// mostGroups is NGROUPS_MAX (setgroups(2)).
const mostGroups = 65536

// Name is the name of a user by number, or the number if the root has none.
func (root Opener) Name(uid uint32) string {
	number := strconv.FormatUint(uint64(uid), 10)
	if a, err := findAccount(root, number); err == nil && a.name != "" {
		return a.name
	}
	return number
}
