package caps

import (
	"sort"

	"golang.org/x/sys/unix"
)

// Last returns the highest capability that the running kernel knows: the last
// one of which it tells whether it is in the bounding set (prctl(2),
// PR_CAPBSET_READ). That is known without /proc, which not every root has.
func Last() Cap {
	return Cap(sort.Search(64, func(n int) bool {
		_, err := unix.PrctlRetInt(unix.PR_CAPBSET_READ, uintptr(n), 0, 0, 0)
		return err != nil
	}) - 1)
}
