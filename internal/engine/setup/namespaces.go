package setup

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	specs "github.com/opencontainers/runtime-spec/specs-go"
	"golang.org/x/sys/unix"
)

// space is a kind of namespace that a request has a mode for.
type space struct {
	name  string // in /proc/PID/ns
	kind  specs.LinuxNamespaceType
	mode  string
	words string // besides "private", "host", container:NAME and ns:PATH: modes that mean a new one
}

func (m *maker) spaces() [5]space {
	r := m.req
	return [...]space{
		{"pid", specs.PIDNamespace, r.PID, ""},
		{"net", specs.NetworkNamespace, r.Network, "none"},
		{"ipc", specs.IPCNamespace, r.IPC, "shareable none"},
		{"uts", specs.UTSNamespace, r.UTS, ""},
		{"cgroup", specs.CgroupNamespace, r.Cgroupns, ""},
	}
}

// option is the option of isle run that the mode comes from.
func (s *space) option() string {
	switch s.name {
	case "net":
		return "--network"
	case "cgroup":
		return "--cgroupns"
	}
	return "--" + s.name
}

// shares says whether the container is in a namespace of the host's or of another
// container's.
func (m *maker) shares(name string) bool {
	for _, n := range m.spec.Linux.Namespaces {
		if name == "net" {
			name = "network"
		}
		if string(n.Type) == name {
			return n.Path != ""
		}
	}
	return true
}

// namespaces adds the namespaces, all but that of users.
func (m *maker) namespaces() error {
	m.add(specs.MountNamespace, "")
	for _, s := range m.spaces() {
		if s.name == "cgroup" && s.mode == "" && !unified() {
			continue // as other engines have it on version 1
		}
		path, own, err := m.place(&s)
		if err != nil {
			return fmt.Errorf("%s %s: %w", s.option(), s.mode, err)
		}
		if own || path != "" {
			m.add(s.kind, path)
		}
	}
	if m.req.Hostname != "" && m.shares("uts") {
		return errors.New("--hostname: the container is in a UTS namespace that is not its own (leave out --uts)")
	}
	if !m.shares("uts") {
		m.spec.Hostname, m.spec.Domainname = m.hostname(), m.req.Domainname
	}
	return nil
}

func (m *maker) add(kind specs.LinuxNamespaceType, path string) {
	m.spec.Linux.Namespaces = append(m.spec.Linux.Namespaces, specs.LinuxNamespace{Type: kind, Path: path})
}

// place says where a namespace is: its own, or at a path; neither is the host's.
func (m *maker) place(s *space) (path string, own bool, err error) {
	word, rest, with := strings.Cut(s.mode, ":")
	switch {
	case s.mode == "" || s.mode == "private":
		return "", true, nil
	case s.mode == "host":
		return "", false, nil
	case word == "container" && rest != "":
		j, err := m.join(rest)
		return "/proc/" + strconv.Itoa(j.PID) + "/ns/" + s.name, false, err
	case word == "ns" && strings.HasPrefix(rest, "/"):
		return rest, false, nil
	case !with && listed(s.words, s.mode):
		return "", true, nil
	}
	return "", false, errors.New("there is no such mode: it is " + s.modes())
}

func (s *space) modes() string {
	words := "private, host, container:NAME or ns:/PATH"
	if s.name == "net" {
		return "none, host, container:NAME or ns:/PATH so far"
	}
	if s.words != "" {
		words = strings.ReplaceAll(s.words, " ", ", ") + ", " + words
	}
	return words
}

func listed(words, word string) bool {
	for w := range strings.SplitSeq(words, " ") {
		if w == word && w != "" {
			return true
		}
	}
	return false
}

// join finds a container that runs; each is asked for once.
func (m *maker) join(name string) (Joined, error) {
	if j, ok := m.joined[name]; ok {
		return j, nil
	}
	if m.Container == nil {
		return Joined{}, errors.New("there are no other containers here")
	}
	j, err := m.Container(name)
	if err != nil {
		return j, err
	}
	if j.PID <= 0 {
		return j, fmt.Errorf("container %s does not run", name)
	}
	if m.joined == nil {
		m.joined = map[string]Joined{}
	}
	m.joined[name] = j
	return j, nil
}

// unified says whether cgroups are of version 2 alone.
func unified() bool {
	var fs unix.Statfs_t
	return unix.Statfs("/sys/fs/cgroup", &fs) == nil && uint64(uint32(fs.Type)) == unix.CGROUP2_SUPER_MAGIC
}
