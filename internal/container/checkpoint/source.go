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
func (o *Outside) sources() ([]string, error) {
	own, err := mountinfo.GetMounts(nil)
	if err != nil {
		return nil, fmt.Errorf("read the mounts of this process: %w", err)
	}
	var list []string
	add := func(name, source string) { list = append(list, "mnt["+name+"]:"+source) }
	for i := range o.Spec.Mounts {
		m := &o.Spec.Mounts[i]
		name := path.Clean("/" + m.Destination)
		switch {
		case isBind(m):
			o.addBind(add, own, i, name)
		case isCgroup(m):
			for _, c := range o.Cgroups {
				add(path.Join(name, c.Name), c.Dir)
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

// addBind adds a bind and the mounts that are below its source.
func (o *Outside) addBind(add func(name, source string), own []*mountinfo.Info, i int, name string) {
	m := &o.Spec.Mounts[i]
	source := m.Source
	if !filepath.IsAbs(source) {
		source = filepath.Join(o.Bundle, source)
	}
	if real, err := filepath.EvalSymlinks(source); err == nil {
		source = real
	}
	shown := source
	if o.Instead != nil && o.Instead[i] != "" {
		shown = o.Instead[i]
	}
	add(name, shown)
	if !slices.Contains(m.Options, "rbind") {
		return
	}
	for _, info := range own {
		if below, ok := strings.CutPrefix(info.Mountpoint, strings.TrimSuffix(source, "/")+"/"); ok && below != "" {
			add(path.Join(name, below), path.Join(shown, below))
		}
	}
}
