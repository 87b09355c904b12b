package lsns

import (
	"strconv"

	"isle/internal/netlink"
	"isle/ns"
)

// netIDs asks for the numbers that this process's network namespace has given
// others (ip-netns(8), rtnetlink(7): RTM_GETNSID).
type netIDs struct {
	fd int // a netlink socket, -1 before the first question, -2 if there is none
}

// of is the number of a row's network namespace, or "unassigned".
func (ids *netIDs) of(r *row) (string, bool) {
	by, value := netlink.ByPID, 0
	switch h := r.n.Held; {
	case r.p != nil:
		value = r.p.PID
	case len(h.Mounts) > 0:
		f, err := ns.Open(h.Mounts[0].Path)
		if err != nil || f.ID().Ino != r.n.Inode {
			return "", false
		}
		defer f.Close()
		by, value = netlink.ByFD, f.Fd()
	default:
		return "", false
	}
	id, ok := ids.ask(by, value)
	if !ok {
		return "", false
	}
	if id < 0 {
		return "unassigned", true
	}
	return strconv.Itoa(id), true
}

func (ids *netIDs) ask(by netlink.Name, value int) (id int, ok bool) {
	if ids.fd == -1 {
		fd, err := netlink.Socket()
		if ids.fd = fd; err != nil {
			ids.fd = -2
		}
	}
	if ids.fd < 0 {
		return 0, false
	}
	return netlink.NSID(ids.fd, by, value)
}
