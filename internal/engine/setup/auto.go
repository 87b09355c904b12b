package setup

import (
	"errors"
	"fmt"
	"io/fs"
	"strconv"
	"strings"

	"isle/internal/idmap"
)

// Bounds on the ids of a container with --userns auto, as podman has them.
const (
	fewest = 1024
	most   = 65536
	nobody = 65534 // is in every passwd(5), and has no files
)

// unowned are ids that no host gives to anybody, for where nobody has granted
// any: above those that a signed number holds.
var unowned = idmap.Range{Outside: 1 << 31, Count: 1<<31 - 2}

// auto gives the container ids of its own, which no other one has.
func (m *maker) auto(rest string) error {
	if m.req.Rootless {
		return errors.New("the files of your images are your own, and nobody's in a container without your id (use keep-id)")
	}
	count, err := m.autoSize(rest)
	if err != nil {
		return err
	}
	var taken idmap.Map
	if m.Taken != nil {
		if taken, err = m.Taken(); err != nil {
			return err
		}
	}
	pool, err := grants()
	if err != nil {
		return err
	}
	start, err := vacant(pool, taken, count)
	if err != nil {
		return err
	}
	own := ranges{{Outside: start, Count: count}}
	m.ids.users, m.ids.groups = own, own
	m.out.IDs = idmap.Map(own)
	return nil
}

// autoSize is how many ids the container needs.
func (m *maker) autoSize(rest string) (uint32, error) {
	size := uint64(0)
	for option := range strings.SplitSeq(rest, ",") {
		if option == "" {
			continue
		}
		value, ok := strings.CutPrefix(option, "size=")
		n, err := strconv.ParseUint(value, 10, 32)
		if !ok || err != nil || n == 0 {
			return 0, fmt.Errorf("option %q: it has size=NUMBER", option)
		}
		size = n
	}
	if size == 0 {
		highest := max(m.highest("/etc/passwd"), m.highest("/etc/group"))
		user, _, _ := strings.Cut(m.req.User, ":")
		if n, err := strconv.ParseUint(user, 10, 32); err == nil {
			highest = max(highest, n)
		}
		size = max(fewest, min(highest+1, most))
	}
	return uint32(size), nil
}

// highest is the highest id in one of the image's files, as far as it can be read.
func (m *maker) highest(name string) (id uint64) {
	text, err := m.readImage(name)
	if err != nil {
		return 0
	}
	for line := range strings.Lines(text) {
		fields := strings.Split(line, ":")
		if len(fields) < 3 {
			continue
		}
		if n, err := strconv.ParseUint(strings.TrimSuffix(fields[2], "\n"), 10, 32); err == nil && n < nobody {
			id = max(id, n)
		}
	}
	return id
}

// grants are the ids that the host has granted to containers: those of both kinds
// that the user "containers" has.
func grants() (idmap.Map, error) {
	users, err := subordinate("/etc/subuid")
	if err != nil {
		return nil, err
	}
	groups, err := subordinate("/etc/subgid")
	if err != nil || users == nil || groups == nil {
		return idmap.Map{unowned}, err
	}
	var both idmap.Map
	for _, u := range users {
		for _, g := range groups {
			start := max(u.Outside, g.Outside)
			end := min(uint64(u.Outside)+uint64(u.Count), uint64(g.Outside)+uint64(g.Count))
			if uint64(start) < end {
				both = append(both, idmap.Range{Outside: start, Count: uint32(end - uint64(start))})
			}
		}
	}
	return both, nil
}

func subordinate(file string) (idmap.Map, error) {
	m, err := idmap.SubIDs(file, 1<<32-1, "containers")
	if none := (*idmap.NoSubIDs)(nil); errors.As(err, &none) || errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return m, err
}

// vacant is the first of so many ids of a pool of which none is taken.
func vacant(pool, taken idmap.Map, count uint32) (uint32, error) {
	for _, p := range pool {
		start, end := uint64(p.Outside), uint64(p.Outside)+uint64(p.Count)
		for start+uint64(count) <= end {
			next := start
			for _, t := range taken {
				if uint64(t.Outside) < start+uint64(count) && uint64(t.Outside)+uint64(t.Count) > start {
					next = max(next, uint64(t.Outside)+uint64(t.Count))
				}
			}
			if next == start {
				return uint32(start), nil
			}
			start = next
		}
	}
	return 0, fmt.Errorf("no %d ids are left that no other container has (the user \"containers\" in /etc/subuid and /etc/subgid can be given more)", count)
}
