package options

import (
	"fmt"
	"path/filepath"
	"strings"

	"isle/internal/engine/request"
)

// setVolume takes [SRC:]DST[:OPT,...]. SRC is a path of the host if it begins with
// a slash or a dot, and else the name of a volume; without it there is a new one.
func setVolume(o *Options, s string) error {
	part := split(s)
	m := request.Mount{Type: "volume", Target: part[0]}
	switch {
	case len(part) > 3:
		return fmt.Errorf("%q is not [SRC:]DST[:OPT,...]", s)
	case len(part) > 1:
		m.Target = part[1]
		if err := from(&m, part[0]); err != nil {
			return err
		}
	}
	if err := checkTarget(m.Target); err != nil {
		return err
	}
	if len(part) == 3 {
		for option := range strings.SplitSeq(part[2], ",") {
			if err := mountOption(&m, option, "", false); err != nil {
				return fmt.Errorf("%q: %w", s, err)
			}
		}
	}
	return o.mount(m)
}

// from says where the files of a mount come from: a path, or a volume.
func from(m *request.Mount, source string) error {
	switch {
	case strings.HasPrefix(source, "/"), strings.HasPrefix(source, "."):
		path, err := filepath.Abs(source)
		m.Type, m.Source = "bind", path
		return err
	case !isName(source):
		return fmt.Errorf("%q is no name of a volume; a path of the host begins with / or ./", source)
	}
	m.Source = source
	return nil
}

// mount adds a mount. There is one at a place.
func (o *Options) mount(m request.Mount) error {
	m.Target = filepath.Clean(m.Target)
	for _, other := range o.Request.Mounts {
		if other.Target == m.Target {
			return fmt.Errorf("%s: something else is to be mounted there", m.Target)
		}
	}
	o.Request.Mounts = append(o.Request.Mounts, m)
	return nil
}

func checkTarget(s string) error {
	if err := checkAbsolute(s); err != nil {
		return err
	}
	if filepath.Clean(s) == "/" {
		return fmt.Errorf("%q: nothing can be mounted on the root itself", s)
	}
	return nil
}

// split cuts at the colons; one that belongs to a path has a backslash before it.
func split(s string) []string {
	part := []string{""}
	for i := 0; i < len(s); i++ {
		last := &part[len(part)-1]
		switch {
		case s[i] == '\\' && i+1 < len(s) && s[i+1] == ':':
			i++
			*last += ":"
		case s[i] == ':':
			part = append(part, "")
		default:
			*last += s[i : i+1]
		}
	}
	return part
}
