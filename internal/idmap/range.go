package idmap

import (
	"fmt"
	"strings"
)

// Range is one line of a map: Count ids from Inside on, in the new user
// namespace, stand for the ids from Outside on, in its parent.
type Range struct{ Inside, Outside, Count uint32 }

// String returns the range as "inside outside count".
func (r Range) String() string { return fmt.Sprintf("%d %d %d", r.Inside, r.Outside, r.Count) }

// inside and outside are the ids on either side.
func (r Range) inside() span  { return spanOf(r.Inside, r.Count) }
func (r Range) outside() span { return spanOf(r.Outside, r.Count) }

// Map is the content of a uid_map or gid_map file. Nil means that none is to be
// written, which leaves all ids of the namespace unmapped.
type Map []Range

// String returns the exact text to write, in one write(2) at offset 0.
func (m Map) String() string {
	var b strings.Builder
	for _, r := range m {
		fmt.Fprintln(&b, r)
	}
	return b.String()
}

// ParseMap reads the text of a map: what was written to such a file, or what
// the kernel shows in one, padded with spaces. The map is valid (see
// [Map.Validate]).
func ParseMap(text string) (Map, error) {
	var m Map
	for line := range strings.Lines(text) {
		fields := strings.Fields(line)
		if len(fields) != 3 {
			return nil, fmt.Errorf("id map line %q: not three numbers", strings.TrimSpace(line))
		}
		r, err := parseRange(fields[0], fields[1], fields[2])
		if err != nil {
			return nil, fmt.Errorf("id map line %q: %w", strings.TrimSpace(line), err)
		}
		m = append(m, r)
	}
	if err := m.Validate(); err != nil {
		return nil, fmt.Errorf("id map: %w", err)
	}
	return m, nil
}

// parseRange reads the three numbers of a range that the kernel would take.
func parseRange(inside, outside, count string) (r Range, err error) {
	if r.Inside, err = ParseID(inside); err != nil {
		return Range{}, err
	}
	if r.Outside, err = ParseID(outside); err != nil {
		return Range{}, err
	}
	if r.Count, err = parseNumber(count); err != nil {
		return Range{}, err
	}
	return r, r.validate()
}
