package run

import (
	"fmt"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"

	"isle/internal/getopt"
	"isle/internal/idmap"
	"isle/sandbox"
)

func setMap(m *[]sandbox.IDMap, s string) error {
	parts := strings.Split(s, ":")
	if len(parts) == 2 {
		parts = append(parts, "1")
	}
	if len(parts) != 3 {
		return fmt.Errorf("invalid mapping %q: it is INSIDE:OUTSIDE:COUNT", s)
	}
	var ids [3]uint32
	for i, p := range parts {
		id, err := idmap.ParseID(p)
		if err != nil {
			return fmt.Errorf("invalid mapping %q: %w", s, err)
		}
		ids[i] = id
	}
	*m = append(*m, sandbox.IDMap{Inside: ids[0], Outside: ids[1], Count: ids[2]})
	return nil
}

func setOffset(o *Options, s string) error {
	clock, seconds, named := strings.Cut(s, "=")
	if !named {
		clock, seconds = "", s
	}
	n, err := strconv.ParseInt(seconds, 10, 64)
	if err != nil {
		return fmt.Errorf("time offset %q is not a number of seconds", seconds)
	}
	switch clock {
	case "":
		o.Monotonic, o.Boottime = &n, &n
	case "monotonic":
		o.Monotonic = &n
	case "boottime":
		o.Boottime = &n
	default:
		return fmt.Errorf("unknown clock %q: it is monotonic or boottime", clock)
	}
	return nil
}

// setVolume reads SRC:DST[:OPT,…]. A SRC without a slash in front is relative
// to the caller's working directory.
func setVolume(o *Options, s string) error {
	parts := strings.Split(s, ":")
	if len(parts) < 2 || len(parts) > 3 || parts[0] == "" || !filepath.IsAbs(parts[1]) {
		return fmt.Errorf("invalid volume %q: it is SRC:DST[:ro,...] with an absolute DST", s)
	}
	m := sandbox.Mount{Type: "bind", Source: parts[0], Target: parts[1]}
	if len(parts) == 3 {
		m.Options = strings.Split(parts[2], ",")
	}
	o.Mounts = append(o.Mounts, m)
	return nil
}

func setTmpfs(o *Options, s string) error {
	target, opts, has := strings.Cut(s, ":")
	m := sandbox.Mount{Type: "tmpfs", Target: target, Options: []string{"nosuid", "nodev"}}
	if has {
		m.Options = append(m.Options, strings.Split(opts, ",")...)
	}
	o.Mounts = append(o.Mounts, m)
	return nil
}

// setMount reads type=T,src=S,dst=D and options, as container engines do.
func setMount(o *Options, s string) error {
	m := sandbox.Mount{}
	for _, field := range strings.Split(s, ",") {
		key, value, has := strings.Cut(field, "=")
		switch key {
		case "type":
			m.Type = value
		case "src", "source":
			m.Source = value
		case "dst", "destination", "target":
			m.Target = value
		case "":
		default:
			option, err := mountOption(key, value, has)
			if err != nil {
				return fmt.Errorf("invalid mount %q: %w", s, err)
			}
			if option != "" {
				m.Options = append(m.Options, option)
			}
		}
	}
	switch {
	case m.Type == "volume":
		return fmt.Errorf("invalid mount %q: isle keeps no volumes, a directory of the host is type=bind", s)
	case m.Type == "":
		return fmt.Errorf("invalid mount %q: no type=", s)
	case m.Target == "":
		return fmt.Errorf("invalid mount %q: no dst=", s)
	case m.Type == "bind" && m.Source == "":
		return fmt.Errorf("invalid mount %q: a bind needs src=", s)
	}
	o.Mounts = append(o.Mounts, m)
	return nil
}

// mountOption is an option of mount(8), for which container engines have names
// of their own in part.
func mountOption(key, value string, has bool) (string, error) {
	switch key {
	case "readonly", "ro":
		switch {
		case !has || value == "true" || value == "1":
			return "ro", nil
		case value == "false" || value == "0":
			return "", nil
		}
		return "", fmt.Errorf("%s is true or false, not %q", key, value)
	case "bind-propagation":
		if value == "private" || value == "rprivate" {
			return "", nil
		}
		return "", fmt.Errorf("mounts of the island are private, not %q", value)
	case "tmpfs-size", "tmpfs-mode":
		key = strings.TrimPrefix(key, "tmpfs-")
	}
	if !has {
		return key, nil
	}
	return key + "=" + value, nil
}

func setRlimit(o *Options, s string) error {
	name, limits, ok := strings.Cut(s, "=")
	soft, hard, both := strings.Cut(limits, ":")
	if !both {
		hard = soft
	}
	r := sandbox.Rlimit{Name: strings.ToLower(strings.TrimPrefix(strings.ToUpper(name), "RLIMIT_"))}
	var err1, err2 error
	r.Soft, err1 = parseLimit(soft)
	r.Hard, err2 = parseLimit(hard)
	if !ok || err1 != nil || err2 != nil {
		return fmt.Errorf("invalid limit %q: it is NAME=SOFT[:HARD] in numbers or unlimited", s)
	}
	if r.Soft > r.Hard {
		return fmt.Errorf("invalid limit %q: the soft one is above the hard one", s)
	}
	o.Rlimits = append(o.Rlimits, r)
	return nil
}

func parseLimit(s string) (uint64, error) {
	if s == "unlimited" || s == "-1" {
		return unix.RLIM_INFINITY, nil
	}
	return strconv.ParseUint(s, 10, 64)
}

func setPreserve(o *Options, s string) error {
	n, err := getopt.Uint(s, 1<<16)
	if err != nil {
		return fmt.Errorf("--preserve-fds takes a number, not %q", s)
	}
	o.PreserveFDs = int(n)
	return nil
}
