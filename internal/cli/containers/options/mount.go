package options

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"isle/internal/engine/request"
)

// setMount takes type=T,src=S,dst=D and options. The type is volume unless given.
func setMount(o *Options, s string) error {
	all, err := fields(s)
	if err != nil {
		return err
	}
	m := request.Mount{Type: "volume"}
	for _, field := range all {
		key, value, has := strings.Cut(field, "=")
		switch key {
		case "type":
			m.Type = value
		case "src", "source":
			m.Source = value
		case "dst", "destination", "target":
			m.Target = value
		default:
			if err := mountOption(&m, key, value, has); err != nil {
				return fmt.Errorf("%q: %w", s, err)
			}
		}
	}
	if err := finishMount(&m); err != nil {
		return fmt.Errorf("%q: %w", s, err)
	}
	return o.mount(m)
}

// setTmpfs takes DST[:OPT,...].
func setTmpfs(o *Options, s string) error {
	target, opts, has := strings.Cut(s, ":")
	m := request.Mount{Type: "tmpfs", Target: target}
	if has {
		for field := range strings.SplitSeq(opts, ",") {
			key, value, has := strings.Cut(field, "=")
			if err := mountOption(&m, key, value, has); err != nil {
				return fmt.Errorf("%q: %w", s, err)
			}
		}
	}
	if err := finishMount(&m); err != nil {
		return err
	}
	return o.mount(m)
}

// finishMount checks what a mount needs by its type.
func finishMount(m *request.Mount) error {
	switch m.Type {
	case "bind":
		if m.Source == "" {
			return errors.New("a bind needs src=")
		}
		path, err := filepath.Abs(m.Source)
		if err != nil {
			return err
		}
		m.Source = path
	case "volume":
		if m.Source != "" && !isName(m.Source) {
			return fmt.Errorf("%q is no name of a volume; a path of the host is type=bind", m.Source)
		}
	case "image":
		if m.Source == "" {
			return errors.New("an image needs src=")
		}
	case "tmpfs", "ramfs", "devpts":
		if m.Source != "" && m.Source != m.Type {
			return fmt.Errorf("a %s has no source", m.Type)
		}
		m.Source = ""
	case "glob", "artifact":
		return fmt.Errorf("isle has no mounts of type %s: name each file in a bind", m.Type)
	default:
		return fmt.Errorf("%q is no type: there are bind, volume, tmpfs, image, devpts, ramfs", m.Type)
	}
	if m.Target == "" {
		return errors.New("no dst=")
	}
	return checkTarget(m.Target)
}

// mountOption takes an option of a mount, KEY or KEY=VALUE.
func mountOption(m *request.Mount, key, value string, has bool) error {
	switch key {
	case "":
		return errors.New("an empty option")
	case "ro", "readonly", "rw":
		on, err := given(value, has)
		m.ReadOnly = on != (key == "rw")
		return err
	case "size", "tmpfs-size":
		return tmpfsSize(m, value)
	case "mode", "tmpfs-mode":
		if value == "" || len(value) > 5 || strings.Trim(value, "01234567") != "" {
			return fmt.Errorf("mode %q is no octal number", value)
		}
		m.Mode = value
		return nil
	case "subpath", "volume-subpath", "image-subpath":
		m.Subpath = value
		if value == "" || filepath.IsAbs(value) || !filepath.IsLocal(value) {
			return fmt.Errorf("subpath %q is no relative path that stays inside", value)
		}
		return nil
	case "consistency", "volume-driver", "volume-label":
		if key == "volume-driver" && value != "" && value != "local" {
			return fmt.Errorf("isle has no volume driver %s, only local", value)
		}
		return nil
	case "volume-opt":
		return errors.New("isle's volumes have no options: they are folders of the host")
	}
	return flagOption(m, key, value, has)
}

// tmpfsSize takes bytes with a unit; a part of the memory such as 10% is left to
// the kernel.
func tmpfsSize(m *request.Mount, value string) (err error) {
	if percent, ok := strings.CutSuffix(value, "%"); ok {
		if _, err := parseInt(percent, 1, 100); err != nil {
			return err
		}
		m.Options = append(m.Options, "size="+value)
		return nil
	}
	m.Size, err = parseSize(value)
	return err
}

// flagOption takes what stands or falls, and what is one of a few words.
func flagOption(m *request.Mount, key, value string, has bool) error {
	switch key {
	case "bind-propagation":
		key, has = value, false
	case "relabel":
		switch value {
		case "shared":
			key = "z"
		case "private":
			key = "Z"
		default:
			return fmt.Errorf("relabel is shared or private, not %q", value)
		}
		has = false
	case "bind-nonrecursive", "volume-nocopy", "chown":
		on, err := given(value, has)
		if err != nil || !on {
			return err
		}
		key, has = map[string]string{"bind-nonrecursive": "bind", "volume-nocopy": "nocopy", "chown": "U"}[key], false
	}
	name, isValue := key, has
	switch {
	case slices.Contains(valued(), name) && isValue:
		if isValue {
			key += "=" + value
		}
	case slices.Contains(alone(), name):
		on, err := given(value, isValue)
		if err != nil || !on {
			return err
		}
	default:
		return fmt.Errorf("%q is no option of a mount", name)
	}
	m.Options = append(m.Options, key)
	return nil
}

// valued are the options that have a value, alone those that have none.
func valued() []string {
	return []string{"idmap", "upperdir", "workdir", "uid", "gid", "max", "ptmxmode", "nr_inodes", "nr_blocks", "huge", "mpol"}
}

func alone() []string {
	return []string{"U", "z", "Z", "O", "copy", "nocopy", "bind", "rbind", "shared", "rshared", "slave", "rslave", "private", "rprivate", "unbindable", "runbindable",
		"exec", "noexec", "dev", "nodev", "suid", "nosuid", "atime", "noatime", "diratime", "nodiratime", "relatime", "norelatime", "strictatime", "sync", "async", "dirsync", "tmpcopyup", "notmpcopyup", "create", "idmap", "ridmap"}
}

// given is whether an option is on: it stands alone or is true.
func given(value string, has bool) (bool, error) {
	if !has {
		return true, nil
	}
	return parseBool(value)
}
