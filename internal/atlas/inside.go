package atlas

import (
	"golang.org/x/sys/unix"

	"isle/internal/inspect"
	"isle/internal/netlink"
	"isle/ns"
)

// inside calls f with a socket that was made in a network namespace, by the
// calling thread, or where that takes another user namespace as well, by a
// child. Where neither may enter, f is not called.
func inside(s *ns.Snapshot, n *ns.Namespace, f func(socket int)) {
	at := file(s, n)
	if at == nil {
		return
	}
	defer at.Close()
	socket, err := -1, unix.Setns(at.Fd(), unix.CLONE_NEWNET)
	if err == nil {
		socket, err = netlink.Socket()
	} else if len(n.Held.Processes) > 0 {
		socket, err = inspect.Netlink(n.Held.Processes[0])
	}
	if err != nil {
		return
	}
	defer unix.Close(socket)
	f(socket)
}
