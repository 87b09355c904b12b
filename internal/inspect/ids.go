package inspect

import (
	"strings"

	"isle/internal/idmap"
)

// IDs are the maps of a process's user namespace, outside ids being those of
// the reader's (user_namespaces(7)).
type IDs struct {
	UIDMap    idmap.Map `json:"uidMap"`
	GIDMap    idmap.Map `json:"gidMap"`
	Setgroups string    `json:"setgroups"` // "allow" or "deny"
}

func (p *Process) readIDs() (err error) {
	if p.IDs.UIDMap, err = p.idMap("uid_map"); err != nil {
		return err
	}
	if p.IDs.GIDMap, err = p.idMap("gid_map"); err != nil {
		return err
	}
	text, err := p.read("setgroups")
	p.IDs.Setgroups = strings.TrimSpace(text)
	return err
}

func (p *Process) idMap(name string) (idmap.Map, error) {
	text, err := p.read(name)
	if err != nil || text == "" {
		return nil, err
	}
	return idmap.ParseMap(text)
}

// Outside returns what an id of the process's user namespace is in the reader's.
func Outside(m idmap.Map, inside uint32) (outside uint32, ok bool) {
	for _, r := range m {
		if inside >= r.Inside && inside-r.Inside < r.Count {
			return r.Outside + (inside - r.Inside), true
		}
	}
	return 0, false
}
