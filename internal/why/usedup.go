package why

import (
	"golang.org/x/sys/unix"

	"isle/ns"
)

// usedUp returns the kind of which the caller can have no more: the only one
// there is, or the one that is refused when a thread that ends at once tries
// each alone, or the user namespace if all others may be had (a thread cannot
// try that one). Without the power to try, several kinds cannot be told apart.
func (h *Host) usedUp(kinds ns.Set) (ns.Kind, bool) {
	if list := kinds.Kinds(); len(list) == 1 && list[0] != ns.Mount {
		return list[0], true
	}
	if !h.live || !h.holds(unix.CAP_SYS_ADMIN) {
		return 0, false
	}
	for _, k := range kinds.Without(ns.User).Kinds() {
		if tryAlone(k) == unix.ENOSPC {
			return k, true
		}
	}
	return ns.User, kinds.Has(ns.User)
}

func tryAlone(k ns.Kind) (err error) {
	onThread(func() { err = unix.Unshare(int(k.Flag())) })
	return err
}
