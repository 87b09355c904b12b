package why

import (
	"os"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"

	"isle/ns"
)

// inode returns the identity of a namespace by its link under /proc/PID/ns.
func (h *Host) inode(pid, file string) (uint64, bool) {
	link, ok := h.link("/proc/" + pid + "/ns/" + file)
	if !ok {
		return 0, false
	}
	_, rest, _ := strings.Cut(link, ":[")
	n, err := strconv.ParseUint(strings.TrimSuffix(rest, "]"), 10, 64)
	return n, err == nil
}

// childrenElsewhere says that the caller's next child will be in another
// namespace of kind k than the caller. The link of a pid namespace that has had
// no process yet cannot be read, although it is there.
func (h *Host) childrenElsewhere(k ns.Kind) bool {
	own, ok := h.inode("self", k.File())
	next, okNext := h.inode("self", k.FileForChildren())
	return ok && (okNext && own != next || !okNext && h.exists("/proc/self/ns/"+k.FileForChildren()))
}

// inInitialUserNS says that the caller is known to be in the first user namespace.
func (h *Host) inInitialUserNS() bool {
	n, ok := h.inode("self", ns.User.File())
	return ok && n == ns.Initial[ns.User]
}

// inNestedUserNS says that the caller is known to be in another one.
func (h *Host) inNestedUserNS() bool {
	n, ok := h.inode("self", ns.User.File())
	return ok && n != ns.Initial[ns.User]
}

// ownership is how a namespace's owning user namespace stands to the caller's.
type ownership int

const (
	ownerUnknown ownership = iota
	ownerMine              // it is the caller's user namespace
	ownerOutside           // it is an ancestor, or no relation
	ownerBelow             // it is a descendant of the caller's
)

// owner says who owns process pid's namespace of kind k, and the owner's inode
// number if it is in sight (ioctl_ns(2): NS_GET_USERNS).
func (h *Host) owner(pid string, k ns.Kind) (ownership, uint64) {
	if !h.live {
		return ownerUnknown, 0
	}
	return ownerOf("/proc/" + pid + "/ns/" + k.File())
}

func ownerOf(path string) (ownership, uint64) {
	file, err := os.Open(path)
	if err != nil {
		return ownerUnknown, 0
	}
	defer file.Close()
	fd, err := unix.IoctlRetInt(int(file.Fd()), unix.NS_GET_USERNS)
	if err == unix.EPERM {
		return ownerOutside, 0
	}
	if err != nil {
		return ownerUnknown, 0
	}
	defer unix.Close(fd)
	var owner, mine unix.Stat_t
	if unix.Fstat(fd, &owner) != nil || unix.Stat("/proc/self/ns/user", &mine) != nil {
		return ownerUnknown, 0
	}
	if owner.Ino == mine.Ino {
		return ownerMine, owner.Ino
	}
	return ownerBelow, owner.Ino
}
