package sandbox

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/sys/unix"

	"isle/internal/plan"
)

// mountFlags are the options of mount(8) that are flags: for a mount(2), and
// for a bind, whose attributes are set with mount_setattr(2).
var mountFlags = table[mountFlag]{
	{"ro", mountFlag{unix.MS_RDONLY, unix.MOUNT_ATTR_RDONLY}}, {"nosuid", mountFlag{unix.MS_NOSUID, unix.MOUNT_ATTR_NOSUID}},
	{"nodev", mountFlag{unix.MS_NODEV, unix.MOUNT_ATTR_NODEV}}, {"noexec", mountFlag{unix.MS_NOEXEC, unix.MOUNT_ATTR_NOEXEC}},
	{"nosymfollow", mountFlag{unix.MS_NOSYMFOLLOW, unix.MOUNT_ATTR_NOSYMFOLLOW}},
	{name: "rw"}, {name: "suid"}, {name: "dev"}, {name: "exec"}, {name: "rbind"}, {name: "bind"}, {name: "z"}, {name: "Z"}, {name: "private"}, {name: "rprivate"},
}

type mountFlag struct{ flag, attribute uint64 }

// mounts are the steps of the mounts that the caller asked for.
func (b *builder) mounts() ([]plan.Step, error) {
	var steps []plan.Step
	for _, m := range b.c.Mounts {
		if !filepath.IsAbs(m.Target) {
			return nil, fmt.Errorf("mount target %q is not an absolute path", m.Target)
		}
		if filepath.Clean(m.Target) == "/" {
			return nil, fmt.Errorf("a mount on / would cover the root itself")
		}
		step, err := b.mount(m)
		if err != nil {
			return nil, err
		}
		steps = append(steps, step)
	}
	return steps, nil
}

func (b *builder) mount(m Mount) (plan.Step, error) {
	var flags, attributes uint64
	var data []string
	flat := false
	for _, o := range m.Options {
		f, known := mountFlags.find(o)
		switch {
		case known:
			flags, attributes = flags|f.flag, attributes|f.attribute
			flat = flat || o == "bind"
		case m.Type == "bind":
			return nil, fmt.Errorf("mount on %s: unknown option %q of a bind", m.Target, o)
		default:
			data = append(data, o)
		}
	}
	if m.Type != "bind" {
		source := m.Source
		if source == "" {
			source = m.Type
		}
		return &plan.Fresh{Root: b.root, MountType: plan.MountType{Source: source, Target: m.Target, Type: m.Type, Flags: flags, Data: strings.Join(data, ",")}}, nil
	}
	source, err := filepath.Abs(m.Source)
	if err != nil {
		return nil, err
	}
	info, err := os.Stat(source)
	if err != nil {
		return nil, fmt.Errorf("mount on %s: %w", m.Target, err)
	}
	return &plan.Bind{Root: b.root, Source: source, Target: m.Target, File: !info.IsDir(), Attributes: attributes, Flat: flat}, nil
}
