// Package netlink reads the interfaces, addresses, routes and listening sockets
// of the network namespace that a netlink socket was made in, which is not that
// of the reader: isle has its sockets made inside, and libraries make their own.
//
// It imports nothing of isle and changes nothing. It rests on netlink(7),
// rtnetlink(7) and sock_diag(7).
package netlink
