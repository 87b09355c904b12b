package setup

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"isle/internal/idmap"
)

// base are the ids that a container's can be made of: for root the host's, and for
// an ordinary user those that he has as the root of a container, where the first
// one is his own.
func (m *maker) base() (idmap.Maps, error) {
	if m.req.Rootless {
		return idmap.Rootless(idmap.Local())
	}
	all := idmap.Map{{Count: 1<<32 - 1}}
	return idmap.Maps{Users: all, Groups: all}, nil
}

// over replaces the outer ids of a map, which are the inner ones of another, by
// that one's outer ids. What the other has not got is an error.
func over(m, base idmap.Map) (ranges, error) {
	var list ranges
	for _, r := range m {
		for r.Count > 0 {
			i := slices.IndexFunc(base, func(b idmap.Range) bool { return r.Outside >= b.Inside && r.Outside-b.Inside < b.Count })
			if i < 0 {
				return nil, fmt.Errorf("there is no id %d to be had outside: there are %s", r.Outside, ranges(base))
			}
			skip := r.Outside - base[i].Inside
			count := min(r.Count, base[i].Count-skip)
			list = append(list, idmap.Range{Inside: r.Inside, Outside: base[i].Outside + skip, Count: count})
			r = idmap.Range{Inside: r.Inside + count, Outside: r.Outside + count, Count: r.Count - count}
		}
	}
	return list, nil
}

// compose makes the maps, over what there is.
func (m *maker) compose(users, groups idmap.Map) error {
	base, err := m.base()
	if err != nil {
		return err
	}
	if err := errors.Join(users.Validate(), groups.Validate()); err != nil {
		return err
	}
	if m.ids.users, err = over(users, base.Users); err != nil {
		return fmt.Errorf("users: %w%s", err, missing(base))
	}
	if m.ids.groups, err = over(groups, base.Groups); err != nil {
		return fmt.Errorf("groups: %w%s", err, missing(base))
	}
	m.ids.missing, m.ids.setgroups = base.Missing, base.Missing == ""
	return nil
}

func missing(base idmap.Maps) string {
	if base.Missing == "" {
		return ""
	}
	return " (" + base.Missing + ")"
}

// asked are the maps of --uidmap and --gidmap; where there is one kind only, it
// is for both.
func (m *maker) asked() error {
	users, err := parseMaps("--uidmap", m.req.UIDMap)
	if err != nil {
		return err
	}
	groups, err := parseMaps("--gidmap", m.req.GIDMap)
	if err != nil {
		return err
	}
	if users == nil {
		users = groups
	}
	if groups == nil {
		groups = users
	}
	if err := m.compose(users, groups); err != nil {
		return fmt.Errorf("--uidmap, --gidmap: %w", err)
	}
	return nil
}

func parseMaps(option string, list []string) (m idmap.Map, err error) {
	for _, text := range list {
		r, err := parseIDRange(text)
		if err != nil {
			return nil, fmt.Errorf("%s %s: %w", option, text, err)
		}
		m = append(m, r)
	}
	return m, nil
}

// parseIDRange reads CONTAINER:HOST[:COUNT].
func parseIDRange(text string) (r idmap.Range, err error) {
	parts := strings.Split(text, ":")
	if len(parts) < 2 || len(parts) > 3 {
		return r, errors.New("want CONTAINER:HOST:COUNT")
	}
	r.Count = 1
	for i, to := range []*uint32{&r.Inside, &r.Outside, &r.Count}[:len(parts)] {
		n, err := strconv.ParseUint(parts[i], 10, 32)
		if err != nil {
			return r, fmt.Errorf("%q is no number up to 4294967295", parts[i])
		}
		*to = uint32(n)
	}
	return r, idmap.Map{r}.Validate()
}

// keepID lets the caller have the ids in the container that he has outside, or
// others that are named, and gives the other ids to the rest.
func (m *maker) keepID(rest string) error {
	if !m.req.Rootless {
		return errors.New("root keeps his ids without a user namespace (leave --userns out)")
	}
	base, err := m.base()
	if err != nil {
		return err
	}
	host := idmap.Local()
	m.ids.keep, m.ids.uid, m.ids.gid = true, host.EUID, host.EGID
	size := uint64(0)
	for option := range strings.SplitSeq(rest, ",") {
		key, value, _ := strings.Cut(option, "=")
		n, err := strconv.ParseUint(value, 10, 32)
		switch {
		case option == "":
			continue
		case err != nil || n == 1<<32-1:
			return fmt.Errorf("option %q: want uid=NUMBER, gid=NUMBER or size=NUMBER", option)
		case key == "uid":
			m.ids.uid = uint32(n)
		case key == "gid":
			m.ids.gid = uint32(n)
		case key == "size":
			size = n
		default:
			return fmt.Errorf("there is no option %q: it has uid, gid and size", key)
		}
	}
	return m.compose(around(m.ids.uid, total(base.Users, size)), around(m.ids.gid, total(base.Groups, size)))
}

// total is how many ids a map has, up to most if that is not 0.
func total(m idmap.Map, most uint64) uint32 {
	n := uint64(0)
	for _, r := range m {
		n += uint64(r.Count)
	}
	if most > 0 {
		n = min(n, most)
	}
	return uint32(min(n, 1<<32-2))
}

// around gives the first of so many ids outside to one inside, and the others to
// those below and then above it.
func around(id, count uint32) (m idmap.Map) {
	if below := min(id, count-1); below > 0 {
		m = append(m, idmap.Range{Outside: 1, Count: below})
	}
	m = append(m, idmap.Range{Inside: id, Count: 1})
	if id < count-1 {
		m = append(m, idmap.Range{Inside: id + 1, Outside: id + 1, Count: count - 1 - id})
	}
	return m
}

// nomap would leave the caller's own id out.
func (m *maker) nomap() error {
	if !m.req.Rootless {
		return errors.New("it is for ordinary users; root has auto")
	}
	return errors.New("the files of your images are your own, and nobody's in a container without your id (use keep-id)")
}

// chooseAsked takes the maps that were asked for, if any were.
func (m *maker) chooseAsked(mode string) (some bool, err error) {
	if len(m.req.UIDMap)+len(m.req.GIDMap) == 0 {
		return false, nil
	}
	if mode != "" {
		return true, errors.New("it goes neither with --uidmap nor with --gidmap")
	}
	return true, m.asked()
}
