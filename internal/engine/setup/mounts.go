package setup

import (
	"fmt"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"

	specs "github.com/opencontainers/runtime-spec/specs-go"
)

// mounts are those that every container has and then those that were asked for,
// each after what it is below. One that was asked for takes the place of another
// on the same path.
func (m *maker) mounts() error {
	if err := m.asksFor(); err != nil {
		return err
	}
	base := m.system()
	made, err := m.files()
	if err != nil {
		return err
	}
	var list []specs.Mount
	for _, one := range slices.Concat(base, made) {
		if !m.covered(one.Destination) {
			list = append(list, one)
		}
	}
	list = append(list, m.given...)
	// What is below a mount comes after it.
	slices.SortStableFunc(list, func(a, b specs.Mount) int {
		return strings.Count(a.Destination, "/") - strings.Count(b.Destination, "/")
	})
	m.spec.Mounts = list
	m.travel()
	return nil
}

// travel lets mounts of the container leave it where one of its own is shared.
func (m *maker) travel() {
	for i := range m.given {
		if o := m.given[i].Options; slices.Contains(o, "shared") || slices.Contains(o, "rshared") {
			m.spec.Linux.RootfsPropagation = "shared"
		}
	}
}

// covered says whether a mount on a path was asked for.
func (m *maker) covered(target string) bool {
	return slices.ContainsFunc(m.given, func(g specs.Mount) bool { return g.Destination == target })
}

// system are the file systems by which the kernel shows itself.
func (m *maker) system() []specs.Mount {
	mount := func(target, kind string, options ...string) specs.Mount {
		return specs.Mount{Destination: target, Type: kind, Source: kind, Options: options}
	}
	pts := mount("/dev/pts", "devpts", "nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620")
	if !m.ids.joined && (!m.ids.own() || m.ids.groups.has(ttyGroup)) {
		pts.Options = append(pts.Options, "gid="+strconv.Itoa(ttyGroup))
	}
	writable := "ro"
	if m.req.Privileged {
		writable = "rw"
	}
	list := []specs.Mount{
		mount("/proc", "proc", "nosuid", "noexec", "nodev"),
		mount("/dev", "tmpfs", "nosuid", "noexec", "strictatime", "mode=755", "size=65536k"),
		mount("/sys", "sysfs", "nosuid", "noexec", "nodev", writable),
		pts,
	}
	if m.req.IPC == "host" { // a new one would be of the host's namespace, which a user may not make
		for _, dir := range []string{"/dev/mqueue", "/dev/shm"} {
			if _, err := os.Lstat(dir); err == nil {
				list = append(list, specs.Mount{Destination: dir, Type: "bind", Source: dir, Options: []string{"rbind", "rprivate", "nosuid", "noexec", "nodev"}})
			}
		}
	} else {
		list = append(list, mount("/dev/mqueue", "mqueue", "nosuid", "noexec", "nodev"))
		if m.req.IPC != "none" {
			list = append(list, mount("/dev/shm", "tmpfs", "nosuid", "noexec", "nodev", "mode=1777", "size="+strconv.FormatInt(m.shmSize(), 10)))
		}
	}
	if m.req.Cgroups != "disabled" {
		list = append(list, mount("/sys/fs/cgroup", "cgroup", "rprivate", "nosuid", "noexec", "nodev", "relatime", writable))
	}
	return list
}

// ttyGroup is the group of terminals (devpts, mount(8)).
const ttyGroup = 5

func (m *maker) shmSize() int64 {
	if m.req.ShmSize > 0 {
		return m.req.ShmSize
	}
	return 64 << 20
}

// asksFor gathers the mounts that were asked for.
func (m *maker) asksFor() error {
	for i := range m.req.Mounts {
		if err := m.ask(&m.req.Mounts[i]); err != nil {
			return err
		}
	}
	if err := m.from(); err != nil {
		return err
	}
	if err := m.imageVolumes(); err != nil {
		return err
	}
	if m.req.ReadOnly && m.req.ReadOnlyTmpfs {
		for _, dir := range []string{"/run", "/tmp", "/var/tmp"} {
			if !m.covered(dir) {
				m.given = append(m.given, specs.Mount{Destination: dir, Type: "tmpfs", Source: "tmpfs", Options: []string{"rw", "rprivate", "nosuid", "nodev", "tmpcopyup"}})
			}
		}
	}
	return m.secretFiles()
}

// target is where a mount is made, as a clean path.
func target(option, p string) (string, error) {
	if !path.IsAbs(p) {
		return "", fmt.Errorf("%s: the container's path %q is not absolute", option, p)
	}
	p = path.Clean(p)
	if p == "/" {
		return "", fmt.Errorf("%s: a mount on / would cover the container's root", option)
	}
	return p, nil
}
