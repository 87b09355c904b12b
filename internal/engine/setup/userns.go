package setup

import (
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"

	specs "github.com/opencontainers/runtime-spec/specs-go"

	"isle/internal/idmap"
)

// ids are those of the container's user namespace.
type ids struct {
	users, groups ranges
	setgroups     bool   // additional groups can be set
	joined        bool   // it is another's, with ids that are not known here
	keep          bool   // the caller keeps his ids
	uid, gid      uint32 // which they are in the container
	missing       string // why there is one id only
}

// own says whether the container has a user namespace of its own.
func (i *ids) own() bool { return len(i.users) > 0 }

// user is who the program runs as unless somebody says otherwise.
func (i *ids) user() string {
	if !i.keep {
		return ""
	}
	return number(i.uid) + ":" + number(i.gid)
}

func (i *ids) why() string {
	if i.missing == "" {
		return ""
	}
	return " only (" + i.missing + ")"
}

// ranges are a map of ids.
type ranges idmap.Map

func (r ranges) has(id uint32) bool {
	for _, s := range r {
		if id >= s.Inside && id-s.Inside < s.Count {
			return true
		}
	}
	return false
}

// host is the id outside of one inside; it is itself without a map.
func (r ranges) host(id uint32) uint32 {
	for _, s := range r {
		if id >= s.Inside && id-s.Inside < s.Count {
			return s.Outside + id - s.Inside
		}
	}
	return id
}

// String lists the ids inside.
func (r ranges) String() string {
	var parts []string
	for _, s := range r {
		part := number(s.Inside)
		if s.Count > 1 {
			part += "-" + number(s.Inside+s.Count-1)
		}
		parts = append(parts, part)
	}
	return strings.Join(parts, ", ")
}

// idMaps adds the user namespace and its ids.
func (m *maker) idMaps() error {
	m.ids.setgroups = true
	mode, rest, _ := strings.Cut(m.req.Userns, ":")
	err := m.chooseIDs(mode, rest)
	if err != nil && m.req.Userns != "" {
		return fmt.Errorf("--userns %s: %w", m.req.Userns, err)
	}
	if err != nil {
		return err
	}
	if !m.ids.own() {
		return nil
	}
	m.add(specs.UserNamespace, "")
	m.spec.Linux.UIDMappings = mappings(m.ids.users)
	m.spec.Linux.GIDMappings = mappings(m.ids.groups)
	return nil
}

func mappings(r ranges) []specs.LinuxIDMapping {
	list := make([]specs.LinuxIDMapping, 0, len(r))
	for _, s := range r {
		list = append(list, specs.LinuxIDMapping{ContainerID: s.Inside, HostID: s.Outside, Size: s.Count})
	}
	return list
}

func (m *maker) chooseIDs(mode, rest string) error {
	if some, err := m.chooseAsked(mode); some {
		return err
	}
	switch mode {
	case "", "host", "private":
		if mode != "private" && !m.req.Rootless {
			return nil
		}
		if mode == "" && len(m.joined) > 0 {
			return m.joinsUsers()
		}
		return m.rootless()
	case "ns":
		if !strings.HasPrefix(rest, "/") {
			return errors.New("want ns:/PATH")
		}
		return m.joinUsers(rest)
	case "container":
		j, err := m.join(rest)
		if err != nil {
			return err
		}
		return m.joinUsers("/proc/" + strconv.Itoa(j.PID) + "/ns/user")
	case "keep-id":
		return m.keepID(rest)
	case "nomap":
		return m.nomap()
	case "auto":
		return m.auto(rest)
	}
	return errors.New("there is no such mode: it is host, keep-id, nomap, auto, container:NAME or ns:/PATH")
}

// joinsUsers joins the user namespace of the container whose other namespaces are
// joined: an ordinary user may enter those only from there.
func (m *maker) joinsUsers() error {
	path := ""
	for _, j := range m.joined {
		own := "/proc/" + strconv.Itoa(j.PID) + "/ns/user"
		if path != "" && !sameFile(path, own) {
			return errors.New("the namespaces to be joined are of containers with different user namespaces, and an ordinary user's container can be in one only")
		}
		path = own
	}
	return m.joinUsers(path)
}

func sameFile(a, b string) bool {
	one, err := os.Stat(a)
	two, err2 := os.Stat(b)
	return err == nil && err2 == nil && os.SameFile(one, two)
}

func (m *maker) joinUsers(path string) error {
	m.ids.joined = true
	if process, of := strings.CutSuffix(path, "/ns/user"); of { // as a user without subordinate ids has it
		text, err := os.ReadFile(process + "/setgroups")
		m.ids.setgroups = err != nil || !strings.HasPrefix(string(text), "deny")
	}
	m.add(specs.UserNamespace, path)
	return nil
}

// rootless is the map of an ordinary user's container: he is root there, with
// his subordinate ids from 1 on.
func (m *maker) rootless() error {
	found, err := idmap.Rootless(idmap.Local())
	if err != nil {
		return err
	}
	m.take(found)
	return nil
}

func (m *maker) take(found idmap.Maps) {
	m.ids.users, m.ids.groups = ranges(found.Users), ranges(found.Groups)
	m.ids.missing, m.ids.setgroups = found.Missing, found.Missing == ""
}
