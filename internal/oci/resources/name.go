package resources

import (
	"errors"
	"fmt"
	"path"
	"strings"
)

const (
	longestName = 255  // NAME_MAX, of one directory
	longestPath = 4096 // PATH_MAX
)

var (
	errRoot  = errors.New("it is the root of the hierarchy, which holds everybody's processes")
	errUp    = errors.New(`".." in it`)
	errChar  = errors.New("a control character in it")
	errLong  = errors.New("too long")
	errEmpty = errors.New("a name is missing")
)

// cleanPath checks linux.cgroupsPath and takes what says nothing out of it.
// relative says that it does not start at the root of the hierarchy.
func cleanPath(name string) (clean string, relative bool, err error) {
	fail := func(err error) (string, bool, error) {
		return "", false, fmt.Errorf("linux.cgroupsPath %.300q: %w", name, err)
	}
	if len(name) > longestPath {
		return fail(errLong)
	}
	for part := range strings.SplitSeq(name, "/") {
		switch {
		case part == "..":
			return fail(errUp)
		case len(part) > longestName:
			return fail(errLong)
		case hasControl(part):
			return fail(errChar)
		}
	}
	relative = !strings.HasPrefix(name, "/")
	clean = strings.TrimPrefix(path.Clean("/"+name), "/")
	if clean == "" {
		return fail(errRoot)
	}
	return clean, relative, nil
}

func hasControl(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r == 0x7f })
}

// Unit is the unit of systemd that a group is the cgroup of.
type Unit struct {
	Name  string // libpod-ID.scope
	Slice string // machine.slice
	User  bool   // of the user's own manager
	Props []Prop // as annotations ask for them
}

// Prop is a property of a unit as an annotation has it.
type Prop struct {
	Name string
	Text string // GVariant's text format
}

// parseUnit reads linux.cgroupsPath as it is with systemd: slice:prefix:name,
// or nothing. The unit is a scope, systemd's name for processes that another made.
func parseUnit(c Config) (*Unit, error) {
	slice, prefix, name := "", "isle", c.ID
	if c.Path != "" {
		parts := strings.Split(c.Path, ":")
		if len(parts) != 3 {
			return nil, fmt.Errorf("linux.cgroupsPath %.300q: with systemd it is slice:prefix:name", c.Path)
		}
		slice, prefix, name = parts[0], parts[1], parts[2]
	}
	u := &Unit{Slice: slice, Name: name + ".scope", User: c.Rootless}
	if slice == "" {
		u.Slice = "system.slice"
		if c.Rootless {
			u.Slice = "user.slice"
		}
	}
	if prefix != "" {
		u.Name = prefix + "-" + u.Name
	}
	if _, err := expandSlice(u.Slice); err != nil {
		return nil, fmt.Errorf("linux.cgroupsPath %.300q: %w", c.Path, err)
	}
	if err := checkUnit(u.Name); name == "" || err != nil {
		if name == "" {
			err = errEmpty
		}
		return nil, fmt.Errorf("linux.cgroupsPath %.300q: %w", c.Path, err)
	}
	u.Props = properties(c.Annotations)
	return u, nil
}

// checkUnit checks the name of a unit (systemd.unit(5)).
func checkUnit(name string) error {
	if len(name) > longestName {
		return errLong
	}
	for i := range len(name) {
		c := name[i]
		letter := c|0x20 >= 'a' && c|0x20 <= 'z'
		if !letter && (c < '0' || c > '9') && strings.IndexByte(`:-_.\@`, c) < 0 {
			return fmt.Errorf("a unit's name has no %q", c)
		}
	}
	if strings.HasPrefix(name, ".") {
		return errors.New("a unit's name does not start with a dot")
	}
	return nil
}

// expandSlice gives the directory of a slice, in which a dash means being within
// (systemd.slice(5)): a-b.slice is a.slice/a-b.slice.
func expandSlice(slice string) (string, error) {
	name, ok := strings.CutSuffix(slice, ".slice")
	if !ok || name == "" {
		return "", fmt.Errorf("%q is not the name of a slice", slice)
	}
	if name == "-" {
		return "", nil
	}
	if err := checkUnit(slice); err != nil {
		return "", err
	}
	dir := ""
	for i := 0; i <= len(name); i++ {
		if i < len(name) && name[i] != '-' {
			continue
		}
		if i == 0 || name[i-1] == '-' {
			return "", fmt.Errorf("%q is not the name of a slice: two dashes, or one at its start or end", slice)
		}
		dir = below(dir, name[:i]+".slice")
	}
	return dir, nil
}

const propertyPrefix = "org.systemd.property."

// properties are those that annotations ask for, in the order of their names.
func properties(annotations map[string]string) []Prop {
	var list []Prop
	for _, key := range sortedKeys(annotations) {
		if name, ok := strings.CutPrefix(key, propertyPrefix); ok && name != "" {
			list = append(list, Prop{name, annotations[key]})
		}
	}
	return list
}
