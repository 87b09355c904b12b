package lsns

import (
	"fmt"
	"strconv"
	"strings"

	"isle/internal/username"
	"isle/ns"
)

// view is a snapshot with what is needed to show it.
type view struct {
	s     *ns.Snapshot
	o     *Options
	users username.Names
	here  uint64 // the mount namespace of this process
	ids   *netIDs
}

// cell is what a column shows of a row; ok is false where it has nothing to say.
func (v *view) cell(c Column, r *row) (text string, ok bool) {
	switch c {
	case NS:
		return strconv.FormatUint(r.n.Inode, 10), true
	case Type:
		return r.n.Kind.File(), true
	case NProcs:
		return strconv.Itoa(r.procs), true
	case PNS:
		return strconv.FormatUint(r.n.Parent, 10), true
	case ONS:
		return strconv.FormatUint(r.n.Owner, 10), true
	case NSFS:
		return v.bound(r.n)
	case NetNSID:
		if r.n.Kind != ns.Net {
			return "", false
		}
		return v.ids.of(r)
	case UID, User:
		return v.who(c, r)
	}
	if r.p == nil {
		return "", false
	}
	switch c {
	case Path:
		return fmt.Sprintf("/proc/%d/ns/%s", r.p.PID, r.n.Kind.File()), true
	case PID:
		return strconv.Itoa(r.p.PID), true
	case PPID:
		return strconv.Itoa(r.p.PPID), true
	}
	return r.p.ReadCommand(), true
}

// who is the process's, or else who made the user namespace that owns it.
func (v *view) who(c Column, r *row) (string, bool) {
	uid := v.owner(r.n)
	if r.p != nil {
		uid = &r.p.UID
	}
	if uid == nil {
		return "", false
	}
	if c == UID {
		return strconv.FormatUint(uint64(*uid), 10), true
	}
	return v.users.Of(*uid), true
}

func (v *view) owner(n *ns.Namespace) *uint32 {
	if n.OwnerUID == nil {
		if n = v.s.Find(n.Owner); n == nil {
			return nil
		}
	}
	return n.OwnerUID
}

// bound are the places where this process sees the namespace bound, or if there
// are none those where others do.
func (v *view) bound(n *ns.Namespace) (string, bool) {
	var here, elsewhere []string
	for _, m := range n.Held.Mounts {
		if m.Mount == v.here {
			here = append(here, m.Path)
		} else {
			elsewhere = append(elsewhere, m.Path)
		}
	}
	if len(here) == 0 {
		here = elsewhere
	}
	return strings.Join(here, "\n"), len(here) > 0
}
