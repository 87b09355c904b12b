package checkpoint

import (
	"fmt"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/moby/sys/mountinfo"
	specs "github.com/opencontainers/runtime-spec/specs-go"
)

// Outside says where a restore finds what mounts show from outside.
type Outside struct {
	Spec   *specs.Spec
	Bundle string // that relative paths start from
	// Devices are those of the host that the container may have, as paths.
	Devices []string
	// Cgroups are the container's cgroups, by their names below a mount of type
	// cgroup; that of a host with version 2 alone has none.
	Cgroups []Cgroup
	// Instead are files and directories to be shown in place of the sources of
	// mounts, by the index of the mount; "" is none.
	Instead []string
}

// Cgroup is a hierarchy's name and the container's directory in it.
type Cgroup struct{ Name, Dir string }

// sources tells criu what to mount for each name. Those that are not needed do
// no harm.
func (o *Outside) sources() (list []string, err error) {
	own, err := mountinfo.GetMounts(nil)
	if err != nil {
		return nil, fmt.Errorf("read the mounts of this process: %w", err)
	}
	add := func(name, source string) { list = append(list, "mnt["+name+"]:"+source) }
	for i := range o.Spec.Mounts {
		m := &o.Spec.Mounts[i]
		name := path.Clean("/" + m.Destination)
		switch {
		case isBind(m):
			source := o.source(i)
			shown := source
			if o.Instead != nil && o.Instead[i] != "" {
				shown = o.Instead[i]
			}
			add(name, shown)
			if slices.Contains(m.Options, "rbind") {
				addBelow(add, own, source, name, shown)
			}
		case isCgroup(m):
			for _, c := range o.Cgroups {
				add(path.Join(name, c.Name), c.Dir)
				addBelow(add, own, c.Dir, path.Join(name, c.Name), c.Dir)
			}
		case m.Type == "proc":
			add(name, "/proc")
		case m.Type == "sysfs":
			add(name, "/sys")
		}
	}
	for _, device := range o.Devices {
		add(device, device)
	}
	return list, nil
}

// source is what a bind shows, without links.
func (o *Outside) source(i int) string {
	source := o.Spec.Mounts[i].Source
	if !filepath.IsAbs(source) {
		source = filepath.Join(o.Bundle, source)
	}
	if real, err := filepath.EvalSymlinks(source); err == nil {
		return real
	}
	return source
}

// addBelow adds what is mounted below a directory, which is shown somewhere else.
func addBelow(add func(name, source string), own []*mountinfo.Info, dir, name, shown string) {
	for _, info := range own {
		if below, ok := strings.CutPrefix(info.Mountpoint, strings.TrimSuffix(dir, "/")+"/"); ok && below != "" {
			add(path.Join(name, below), path.Join(shown, below))
		}
	}
}
