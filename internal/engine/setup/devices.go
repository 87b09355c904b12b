package setup

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"strings"

	specs "github.com/opencontainers/runtime-spec/specs-go"
	"golang.org/x/sys/unix"
)

// devices adds the host's devices that were asked for. In a user namespace nobody
// can make any: there they are bound.
func (m *maker) devices() error {
	r := m.spec.Linux.Resources
	if r != nil {
		r.Devices = append(r.Devices, specs.LinuxDeviceCgroup{Allow: m.req.Privileged, Access: "rwm"})
	}
	if m.req.Privileged {
		if err := m.allDevices(); err != nil {
			return err
		}
	}
	for _, text := range m.req.Devices {
		if err := m.device(text); err != nil {
			return fmt.Errorf("--device %s: %w", text, err)
		}
	}
	for _, text := range m.req.Limits.DeviceCgroupRules {
		rule, err := parseRule(text)
		if err != nil {
			return fmt.Errorf("--device-cgroup-rule %q: %w", text, err)
		}
		if r != nil && !m.req.Privileged {
			r.Devices = append(r.Devices, rule)
		}
	}
	return nil
}

// device adds what HOST[:CONTAINER][:ACCESS] says; a folder stands for all that
// are in it.
func (m *maker) device(text string) error {
	host, inside, access, err := parseDevice(text)
	if err != nil {
		return err
	}
	info, err := os.Stat(host)
	if err != nil {
		return err
	}
	if !info.IsDir() {
		return m.addDevice(host, inside, access)
	}
	found := false
	err = filepath.WalkDir(host, func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.Type()&fs.ModeDevice == 0 {
			return err
		}
		found = true
		return m.addDevice(p, inside+strings.TrimPrefix(p, host), access)
	})
	if err == nil && !found {
		return errors.New("there are no devices in it")
	}
	return err
}

// parseDevice reads HOST[:CONTAINER][:ACCESS], of which CONTAINER is absolute.
func parseDevice(text string) (host, inside, access string, err error) {
	parts := strings.Split(text, ":")
	host, inside, access = parts[0], parts[0], "rwm"
	switch {
	case len(parts) == 2 && strings.HasPrefix(parts[1], "/"):
		inside = parts[1]
	case len(parts) == 2:
		access = parts[1]
	case len(parts) == 3:
		inside, access = parts[1], parts[2]
	case len(parts) > 3:
		return "", "", "", errors.New("want HOST[:CONTAINER][:ACCESS]")
	}
	if !path.IsAbs(host) || !path.IsAbs(inside) {
		return "", "", "", errors.New("both paths are absolute")
	}
	if access == "" || strings.Trim(access, "rwm") != "" {
		return "", "", "", fmt.Errorf("the access %q is not of the letters r, w and m", access)
	}
	return path.Clean(host), path.Clean(inside), access, nil
}

func (m *maker) addDevice(host, inside, access string) error {
	var st unix.Stat_t
	if err := unix.Stat(host, &st); err != nil {
		return &os.PathError{Op: "look at", Path: host, Err: err}
	}
	kind := ""
	switch st.Mode & unix.S_IFMT {
	case unix.S_IFCHR:
		kind = "c"
	case unix.S_IFBLK:
		kind = "b"
	default:
		return fmt.Errorf("%s is no device", host)
	}
	major, minor := int64(unix.Major(uint64(st.Rdev))), int64(unix.Minor(uint64(st.Rdev)))
	if r := m.spec.Linux.Resources; r != nil && !m.req.Privileged {
		r.Devices = append(r.Devices, specs.LinuxDeviceCgroup{Allow: true, Type: kind, Major: &major, Minor: &minor, Access: access})
	}
	if m.ids.own() || m.ids.joined {
		m.given = append(m.given, specs.Mount{Destination: inside, Type: "bind", Source: host, Options: []string{"bind", "rprivate", "nosuid", "noexec"}})
		return nil
	}
	mode := os.FileMode(st.Mode & 0o777)
	m.spec.Linux.Devices = append(m.spec.Linux.Devices, specs.LinuxDevice{Path: inside, Type: kind, Major: major, Minor: minor, FileMode: &mode, UID: &st.Uid, GID: &st.Gid})
	return nil
}

// made are devices that every container has, or that are its own.
var made = [...]string{"/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom", "/dev/tty", "/dev/ptmx", "/dev/console"}

// allDevices adds all devices of the host, but for those that are a container's own.
func (m *maker) allDevices() error {
	return filepath.WalkDir("/dev", func(p string, d fs.DirEntry, err error) error {
		switch {
		case errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrPermission):
			return nil
		case err != nil:
			return err
		case d.IsDir() && among([]string{"/dev/pts", "/dev/shm", "/dev/mqueue", "/dev/fd"}, p):
			return fs.SkipDir
		case d.Type()&fs.ModeDevice == 0 || among(made[:], p):
			return nil
		}
		if err := m.addDevice(p, p, "rwm"); !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		return nil // it went away
	})
}

// parseRule reads TYPE MAJOR:MINOR ACCESS, as the devices controller of version 1
// has its rules.
func parseRule(text string) (r specs.LinuxDeviceCgroup, err error) {
	wrong := errors.New("want TYPE MAJOR:MINOR ACCESS, such as c 189:* rwm")
	words := strings.Fields(text)
	if len(words) != 3 || !among([]string{"a", "b", "c"}, words[0]) || strings.Trim(words[2], "rwm") != "" {
		return r, wrong
	}
	major, minor, ok := strings.Cut(words[1], ":")
	if !ok {
		return r, wrong
	}
	r = specs.LinuxDeviceCgroup{Allow: true, Type: words[0], Access: words[2]}
	for _, n := range []struct {
		text string
		to   **int64
	}{{major, &r.Major}, {minor, &r.Minor}} {
		if n.text == "*" {
			continue
		}
		v, err := strconv.ParseUint(n.text, 10, 31)
		if err != nil {
			return r, wrong
		}
		number := int64(v)
		*n.to = &number
	}
	return r, nil
}
