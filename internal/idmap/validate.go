package idmap

import (
	"errors"
	"fmt"
	"os"
)

// maxLines is how many lines the kernel takes since Linux 4.15.
const maxLines = 340

// Validate says why the kernel would answer EINVAL to the map, whoever writes
// it (user_namespaces(7)); nil if it would not, or if the map is empty, which is
// not to be written at all. Whether the writer has the right
// to the ids is another matter: that is EPERM.
func (m Map) Validate() error {
	for _, r := range m {
		if err := r.validate(); err != nil {
			return fmt.Errorf("line %q: %w", r, err)
		}
	}
	if len(m) > maxLines {
		return fmt.Errorf("too many lines: %d, and the kernel takes %d", len(m), maxLines)
	}
	if n, page := len(m.String()), os.Getpagesize(); n >= page {
		return fmt.Errorf("too large for kernel %dk limit: %d bytes", page>>10, n)
	}
	return m.overlap()
}

func (r Range) validate() error {
	switch {
	case r.Count == 0:
		return errors.New("the count is 0")
	case r.inside().end > LastID+1 || r.outside().end > LastID+1:
		return fmt.Errorf("the range goes beyond the last id, %d", uint32(LastID))
	}
	return nil
}

// overlap finds an id that is in two lines, on either side. The lines are few,
// so that comparing each with each is cheaper than sorting them.
func (m Map) overlap() error {
	for i, r := range m {
		for _, q := range m[:i] {
			if r.inside().meets(q.inside()) {
				return fmt.Errorf("lines %q and %q overlap inside", q, r)
			}
			if r.outside().meets(q.outside()) {
				return fmt.Errorf("lines %q and %q overlap outside", q, r)
			}
		}
	}
	return nil
}
