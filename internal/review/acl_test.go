package review

import (
	"encoding/binary"
	"os"
	"testing"

	"golang.org/x/sys/unix"
)

// accessList is a list that gives one more user all rights (acl(5), in the
// kernel's form of version 2).
func accessList(user int) []byte {
	list := binary.LittleEndian.AppendUint32(nil, 2)
	for _, e := range []struct {
		tag, perm uint16
		id        uint32
	}{{1, 7, ^uint32(0)}, {2, 7, uint32(user)}, {4, 5, ^uint32(0)}, {16, 7, ^uint32(0)}, {32, 5, ^uint32(0)}} {
		list = binary.LittleEndian.AppendUint16(list, e.tag)
		list = binary.LittleEndian.AppendUint16(list, e.perm)
		list = binary.LittleEndian.AppendUint32(list, e.id)
	}
	return list
}

// TestAccessControlLists: what a directory gives to files made in it is theirs
// only if the program left it to them.
func TestAccessControlLists(t *testing.T) {
	h := host(t, map[string]string{"d/old": "x"})
	if err := unix.Setxattr(h.path("d"), "system.posix_acl_default", accessList(os.Geteuid()), 0); err != nil {
		t.Skip("access control lists: ", err)
	}
	r := h.run("echo new >d/new; mkdir d/e; echo more >>d/old; cp d/new plain; mv plain d/plain")
	h.applied(r)
	for name, want := range map[string]bool{"d/new": true, "d/e": true, "d/old": false, "d/plain": false} {
		_, err := unix.Getxattr(h.path(name), "system.posix_acl_access", nil)
		if (err == nil) != want {
			t.Errorf("%s has a list: %v, want %v (%v)", name, err == nil, want, err)
		}
	}
	h.has("d/old", "xmore\n")
}
