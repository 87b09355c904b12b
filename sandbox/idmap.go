package sandbox

import (
	"fmt"
	"os"

	"isle/internal/idmap"
	"isle/internal/plan"
)

// idMap is the step that writes the maps, each by whoever may.
func (c *Cmd) idMap() (*plan.IDMap, error) {
	host := idmap.Local()
	uids, gids := toMap(c.UIDMap), toMap(c.GIDMap)
	if uids == nil && gids == nil {
		uids, gids = idmap.Map{{Inside: 0, Outside: host.EUID, Count: 1}}, idmap.Map{{Inside: 0, Outside: host.EGID, Count: 1}}
	}
	return MapStep(host, uids, gids)
}

func toMap(list []IDMap) idmap.Map {
	var m idmap.Map
	for _, l := range list {
		m = append(m, idmap.Range(l))
	}
	return m
}

// MapStep is the step that gives a new user namespace the maps; one may be nil.
func MapStep(host idmap.Host, uids, gids idmap.Map) (*plan.IDMap, error) {
	step := &plan.IDMap{}
	for _, m := range []struct {
		kind idmap.Kind
		ids  idmap.Map
		own  uint32
		text *string
		by   *plan.Writer
		tool *string
	}{
		{idmap.Users, uids, host.EUID, &step.UID, &step.UIDBy, &step.UIDTool},
		{idmap.Groups, gids, host.EGID, &step.GID, &step.GIDBy, &step.GIDTool},
	} {
		if m.ids == nil {
			continue
		}
		if err := m.ids.Validate(); err != nil {
			return nil, fmt.Errorf("%s: %w", m.kind.File(), err)
		}
		*m.text = m.ids.String()
		switch {
		case idmap.SelfWritable(m.ids, m.own):
			*m.by = plan.ByItself
			if m.kind == idmap.Groups {
				step.Setgroups = "deny"
			}
		case os.Geteuid() == 0:
			*m.by = plan.ByParent
		default:
			*m.by, *m.tool = plan.ByProgram, host.Tool(m.kind)
			if *m.tool == "" {
				return nil, fmt.Errorf("%s, which is needed to map more than one's own id, is not installed: install uidmap (Debian, Ubuntu) or shadow-utils (Fedora)", m.kind.Tool())
			}
		}
	}
	return step, nil
}

// mapped refuses a user that the new user namespace does not have.
func (b *builder) mapped(u *User) error {
	if b.maps == nil {
		return nil
	}
	groups := []uint32{u.GID}
	if !b.groupsDenied {
		groups = append(groups, u.Groups...)
	}
	for _, m := range []struct {
		what, text, file string
		ids              []uint32
	}{{"user", b.maps.UID, "/etc/subuid", []uint32{u.UID}}, {"group", b.maps.GID, "/etc/subgid", groups}} {
		ids, err := idmap.ParseMap(m.text)
		if err != nil {
			return err
		}
		for _, id := range m.ids {
			if !contains(ids, id) {
				return &UnmappedError{m.what, id, m.file}
			}
		}
	}
	return nil
}

func contains(ids idmap.Map, id uint32) bool {
	for _, r := range ids {
		if id >= r.Inside && id-r.Inside < r.Count {
			return true
		}
	}
	return false
}

// UnmappedError is a user or group that no id outside stands for.
type UnmappedError struct {
	What string // "user" or "group"
	ID   uint32
	File string // that grants ids
}

func (e *UnmappedError) Error() string {
	return fmt.Sprintf("%s %d is not mapped in the new user namespace", e.What, e.ID)
}

// Explain says why and what helps.
func (e *UnmappedError) Explain() []string {
	return []string{
		"  cause: the user namespace has only the ids that are mapped into it",
		"  fix:   grant subordinate ids in " + e.File + " (usermod --add-subuids 100000-165535 --add-subgids 100000-165535 NAME) and install newuidmap, or map the id with --uidmap and --gidmap",
	}
}
