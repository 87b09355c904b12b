package seccomp

import "slices"

// On x86, the calls of sockets and of System V IPC can also be made through
// socketcall(2) and ipc(2), which take the number of the call in their first
// argument. A rule for "connect" that left those out could be walked around.
var (
	socketcalls = [...]string{1: "socket", "bind", "connect", "listen", "accept", "getsockname", "getpeername",
		"socketpair", "send", "recv", "sendto", "recvfrom", "shutdown", "setsockopt", "getsockopt",
		"sendmsg", "recvmsg", "accept4", "recvmmsg", "sendmmsg"}
	ipccalls = [...]string{1: "semop", "semget", "semctl", "semtimedop", 11: "msgsnd", "msgrcv", "msgget", "msgctl",
		21: "shmat", "shmdt", "shmget", "shmctl"}
)

const (
	socketcallNumber = 102
	ipcNumber        = 117
)

// multiplexed returns the number of the x86 call through which the named one can
// also be made, and the condition under which it is that one.
func multiplexed(name string) (uint32, condition, bool) {
	if i := slices.Index(socketcalls[1:], name); i >= 0 {
		return socketcallNumber, condition{0, opEqual, 0, uint64(i + 1)}, true
	}
	if i := slices.Index(ipccalls[1:], name); i >= 0 {
		// The upper half is a version of the call's own arguments.
		return ipcNumber, condition{0, opMaskedEqual, 0xffff, uint64(i + 1)}, true
	}
	return 0, condition{}, false
}

// multiplex returns the branch that treats the multiplexed form of a call as b
// treats the plain one. The other arguments are then behind a pointer, out of a
// filter's sight: a branch with conditions on them counts only if it is stricter
// than what would happen otherwise, and then whatever they are.
func (p *policy) multiplex(b branch, form condition) (branch, bool) {
	if len(b.when) != 0 && !b.then.stricter(p.otherwise) {
		return branch{}, false
	}
	return branch{[]condition{form}, b.then}, true
}
