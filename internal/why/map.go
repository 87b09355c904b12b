package why

import (
	"fmt"
	"strconv"
	"strings"
)

// extent is one line of an id map (user_namespaces(7)).
type extent struct{ in, out, count uint64 }

type extents []extent

// parseMap parses the text of a uid_map or gid_map.
func parseMap(text string) (extents, error) {
	var list extents
	for line := range strings.SplitSeq(text, "\n") {
		fields := strings.Fields(line)
		if len(fields) == 0 {
			continue
		}
		if len(fields) != 3 {
			return nil, fmt.Errorf("id map line %q: not three numbers", line)
		}
		var e extent
		for i, to := range [...]*uint64{&e.in, &e.out, &e.count} {
			n, err := strconv.ParseUint(fields[i], 10, 32)
			if err != nil {
				return nil, fmt.Errorf("id map line %q: %w", line, err)
			}
			*to = n
		}
		list = append(list, e)
	}
	return list, nil
}

// inside says that id is mapped as seen from inside the namespace.
func (list extents) inside(id uint64) bool {
	for _, e := range list {
		if id >= e.in && id-e.in < e.count {
			return true
		}
	}
	return false
}

// gap returns the first id of n from start on that no extent maps, seen from
// inside.
func (list extents) gap(start, n uint64) (uint64, bool) {
	for id := start; id < start+n; {
		next := id
		for _, e := range list {
			if id >= e.in && id-e.in < e.count {
				next = e.in + e.count
			}
		}
		if next == id {
			return id, true
		}
		id = next
	}
	return 0, false
}

// overlap returns two extents that claim the same id, inside or outside.
func (list extents) overlap() (a, b extent, ok bool) {
	cross := func(x, y, nx, ny uint64) bool { return x < y+ny && y < x+nx }
	for i, a := range list {
		for _, b := range list[:i] {
			if cross(a.in, b.in, a.count, b.count) || cross(a.out, b.out, a.count, b.count) {
				return b, a, true
			}
		}
	}
	return a, b, false
}

func (e extent) String() string { return fmt.Sprintf("%d %d %d", e.in, e.out, e.count) }
