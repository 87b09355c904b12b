package idmap

import "fmt"

// Maps are the two maps of a user namespace.
type Maps struct {
	Users, Groups Map
	// Missing says why there is one id only of each kind, if that is so.
	Missing string
}

// Rootless returns the maps for an ordinary user's container: root inside is
// the user, and the ids from 1 on are the user's subordinate ids if there are
// any of both kinds and the programs that map them. Otherwise it is the user's
// own ids alone, of both kinds, so that no file can be owned by half.
func Rootless(h Host) (Maps, error) {
	var found [len(kinds)]Map
	for k := range Kind(len(kinds)) {
		root := Single(0)
		root.Sources = []Source{Rest}
		m, err := root.Resolve(h, k)
		if err != nil {
			return Maps{}, err
		}
		if missing := h.lacks(k, m); missing != "" {
			return Maps{Map{{0, h.EUID, 1}}, Map{{0, h.EGID, 1}}, missing}, nil
		}
		found[k] = m
	}
	return Maps{Users: found[Users], Groups: found[Groups]}, nil
}

func (h Host) lacks(k Kind, m Map) string {
	switch {
	case len(m) < 2:
		return fmt.Sprintf("no usable subordinate %s ids for this user in %s", k, h.Files.sub(k))
	case h.Tool(k) == "":
		return k.Tool() + ", which maps subordinate ids, is not installed"
	}
	return ""
}
