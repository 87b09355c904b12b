package setup

import (
	"fmt"
	"os"
	"path"
	"path/filepath"
	"strings"

	specs "github.com/opencontainers/runtime-spec/specs-go"
)

// files makes the files that the container gets from isle, and gives their mounts.
func (m *maker) files() ([]specs.Mount, error) {
	if err := os.MkdirAll(filepath.Join(m.Dir, "files"), 0o755); err != nil {
		return nil, err
	}
	var list []specs.Mount
	var failed error
	add := func(target, name, text string) {
		if failed == nil && !m.covered(target) {
			failed = m.write(name, text)
			list = append(list, m.made(target, name))
		}
	}
	share, shared := m.namesOf()
	if shared {
		for _, name := range []string{"hosts", "resolv.conf"} {
			if source := filepath.Join(share, "files", name); isThere(source) {
				list = append(list, bindOf("/etc/"+name, source))
			}
		}
	} else {
		text, err := m.hosts()
		if err != nil {
			return nil, err
		}
		if !m.req.NoHosts {
			add("/etc/hosts", "hosts", text)
		}
		if text, err = m.resolvConf(); err != nil {
			return nil, err
		}
		add("/etc/resolv.conf", "resolv.conf", text)
	}
	add("/etc/hostname", "hostname", m.hostname()+"\n")
	add("/run/.containerenv", "containerenv", m.containerenv())
	if failed != nil {
		return nil, failed
	}
	own, err := m.accounts()
	if err != nil {
		return nil, err
	}
	list = append(list, own...)
	zone, err := m.timezone()
	if zone != "" && !m.covered("/etc/localtime") {
		list = append(list, specs.Mount{Destination: "/etc/localtime", Type: "bind", Source: zone, Options: []string{"bind", "rprivate", "ro"}})
	}
	return list, err
}

// write writes a file of the container's; it is root's there. What it has already
// is left: some file systems write to the disk when a file is written anew.
func (m *maker) write(name, text string) error {
	file := filepath.Join(m.Dir, "files", name)
	if old, err := os.ReadFile(file); err == nil && string(old) == text {
		return nil
	}
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		return err
	}
	return m.give(file, 0, 0)
}

// give gives a file to a user of the container.
func (m *maker) give(file string, uid, gid uint32) error {
	if m.req.Rootless && (uid != 0 || gid != 0 || m.ids.keep) {
		m.out.Chowns = append(m.out.Chowns, Chown{Path: file, UID: m.ids.users.host(uid), GID: m.ids.groups.host(gid)})
		return nil
	}
	if m.req.Rootless || !m.ids.own() && uid == 0 && gid == 0 {
		return nil
	}
	return os.Lchown(file, int(m.ids.users.host(uid)), int(m.ids.groups.host(gid)))
}

// made is the mount of a file that isle has made.
func (m *maker) made(target, name string) specs.Mount {
	return bindOf(target, filepath.Join(m.Dir, "files", name))
}

func bindOf(target, source string) specs.Mount {
	return specs.Mount{Destination: target, Type: "bind", Source: source, Options: []string{"bind", "rprivate"}}
}

func isThere(file string) bool {
	_, err := os.Lstat(file)
	return err == nil
}

// namesOf is the folder of the container whose network this one is in: its names
// of hosts are this one's too, unless others were asked for.
func (m *maker) namesOf() (dir string, ok bool) {
	name, ok := strings.CutPrefix(m.req.Network, "container:")
	r := m.req
	if !ok || len(r.AddHost)+len(r.DNS)+len(r.DNSSearch)+len(r.DNSOption) > 0 {
		return "", false
	}
	return m.joined[name].Dir, m.joined[name].Dir != ""
}

// containerenv tells programs that they are in a container (podman-run(1)).
func (m *maker) containerenv() string {
	if !m.req.Privileged {
		return ""
	}
	rootless := 0
	if m.req.Rootless {
		rootless = 1
	}
	return fmt.Sprintf("engine=\"isle\"\nname=%q\nid=%q\nimage=%q\nimageid=%q\nrootless=%d\n",
		m.req.Name, m.req.ID, m.req.Image.Name, strings.TrimPrefix(m.req.Image.ID, "sha256:"), rootless)
}

// timezone is the host's file of the time zone that was asked for.
func (m *maker) timezone() (string, error) {
	const zones = "/usr/share/zoneinfo"
	name := m.req.Timezone
	if name == "" {
		return "", nil
	}
	file := "/etc/localtime"
	if name != "local" {
		file = path.Join(zones, path.Clean("/"+name))
	}
	if info, err := os.Stat(file); err != nil || !info.Mode().IsRegular() {
		return "", fmt.Errorf("--tz %s: the host has no %s", name, file)
	}
	return file, nil
}

// secretFiles makes the files of secrets.
func (m *maker) secretFiles() error {
	for i := range m.req.Secrets {
		s := &m.req.Secrets[i]
		if s.Env != "" {
			continue
		}
		at := s.Target
		if at == "" {
			at = s.Name
		}
		if !path.IsAbs(at) {
			at = path.Join("/run/secrets", path.Clean("/"+at))
		}
		if m.covered(at) {
			return fmt.Errorf("--secret %s: there is another mount on %s", s.Name, at)
		}
		text, err := m.secret(s.Name)
		if err != nil {
			return err
		}
		mode := os.FileMode(s.Mode)
		if mode == 0 {
			mode = 0o444
		}
		name := fmt.Sprintf("secret-%d", i)
		file := filepath.Join(m.Dir, "files", name)
		os.Remove(file) // it may be read-only
		if err = os.MkdirAll(filepath.Dir(file), 0o755); err == nil {
			err = os.WriteFile(file, text, 0o600)
		}
		if err == nil {
			err = os.Chmod(file, mode&0o777)
		}
		if err == nil {
			err = m.give(file, s.UID, s.GID)
		}
		if err != nil {
			return fmt.Errorf("--secret %s: %w", s.Name, err)
		}
		m.given = append(m.given, m.made(at, name))
	}
	return nil
}
