package ns

import (
	"errors"
	"fmt"
	"os"
	"testing"

	"golang.org/x/sys/unix"
)

// TestOwner follows the owner of each kind of namespace in a new user
// namespace, and from there up to this process's.
func TestOwner(t *testing.T) {
	checkDescriptors(t)
	pid := elsewhere(t, uintptr(All.Without(Time).Flags()))
	user := open(t, pid, User)
	for _, k := range All.Without(User).Without(Time).Kinds() {
		f := open(t, pid, k)
		owner, err := f.Owner()
		if err != nil {
			t.Fatal(err)
		}
		if !Same(owner, user) || owner.Kind() != User {
			t.Errorf("%v is owned by %v, not by %v", f, owner, user)
		}
		owner.Close()
	}
	for what, get := range map[string]func() (*File, error){"owner": user.Owner, "parent": user.Parent} {
		up, err := get()
		if err != nil {
			t.Fatal(err)
		}
		if !Same(up, open(t, 0, User)) {
			t.Errorf("the %s of %v is %v", what, user, up)
		}
		up.Close()
	}
	uid, err := user.OwnerUID()
	if err != nil || uid != uint32(os.Geteuid()) {
		t.Errorf("%v was made by user %d, error %v", user, uid, err)
	}
}

func TestParent(t *testing.T) {
	checkDescriptors(t)
	pid := elsewhere(t, uintptr(SetOf(User, PID).Flags()))
	inner, outer := open(t, pid, PID), open(t, 0, PID)
	parent, err := inner.Parent()
	if err != nil {
		t.Fatal(err)
	}
	defer parent.Close()
	if !Same(parent, outer) {
		t.Errorf("the parent of %v is %v, not %v", inner, parent, outer)
	}
}

// TestRelationRefuses asks for what is not there or not to be seen.
func TestRelationRefuses(t *testing.T) {
	checkDescriptors(t)
	for _, c := range []struct {
		what string
		get  func() (*File, error)
		want error
	}{
		{"parent of a UTS namespace", open(t, 0, UTS).Parent, unix.EINVAL},
		{"parent of one's own PID namespace", open(t, 0, PID).Parent, unix.EPERM},
		{"parent of one's own user namespace", open(t, 0, User).Parent, unix.EPERM},
		{"owner of one's own user namespace", open(t, 0, User).Owner, unix.EPERM},
	} {
		if f, err := c.get(); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, error %v", c.what, f, err)
		}
	}
	if _, err := open(t, 0, Net).OwnerUID(); !errors.Is(err, unix.EINVAL) {
		t.Errorf("the user who owns a network namespace: %v", err)
	}
}

func TestInInitial(t *testing.T) {
	for _, k := range Kinds {
		link, err := os.Readlink("/proc/self/ns/" + k.File())
		want := link == fmt.Sprintf("%s:[%d]", k.File(), Initial[k])
		if got := InInitial(k); got != want || err != nil {
			t.Errorf("in the initial %s namespace: %t, and the link is %s, %v", k, got, link, err)
		}
	}
}
