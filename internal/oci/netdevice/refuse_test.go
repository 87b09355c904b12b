package netdevice

import (
	"errors"
	"os"
	"strings"
	"testing"

	specs "github.com/opencontainers/runtime-spec/specs-go"
	"golang.org/x/sys/unix"
)

// refusals are moves that must not happen; each has a device "good" besides,
// which must stay where it is.
var refusals = []struct {
	name, to string
	errno    unix.Errno // 0: isle's own refusal
	words    string
}{
	{"absent", "", unix.ENODEV, `"absent"`},
	{"one", "taken", unix.EEXIST, `"taken"`},
	{"one", "lo", unix.EEXIST, `"lo"`},
	{"lo", "other", 0, "keeps it"},
	{"one", "good", 0, `"good"`},
	{"one", "sixteen-letters.", 0, "1 to 15 bytes"},
	{"one", "a b", 0, "white space"},
	{"one", "a\xa0b", 0, "white space"},
	{"one", "a\x00b", 0, "white space"},
	{"one", "a/b", 0, "white space"},
	{"one", "a:b", 0, "white space"},
	{"one", "..", 0, "white space"},
	{"one", "%s", 0, `"%s"`},
	{"one", "a%d%d", 0, `"a%d%d"`},
	{"one", "a%", 0, `"a%"`},
	{"%d", "", 0, "this name"},
	{"", "one", 0, "this name"},
	{"sixteen-letters.", "one", 0, "this name"},
	{"../../one", "one", 0, "this name"},
}

// TestRefusals: nothing is moved, nothing is changed.
func TestRefusals(t *testing.T) {
	h, c := host(t), newContainer(t)
	h.make("one", "peer")
	h.make("good", "peer2")
	h.address("good", given{prefix: "192.0.2.5/24"})
	h.up("one", "good", "peer", "peer2")
	h.route("good", "198.51.100.0/24", "192.0.2.1")
	c.make("taken", "p")
	ours, its := h.tell(), c.tell()
	for _, r := range refusals {
		err := move(map[string]specs.LinuxNetDevice{"good": {}, r.name: {Name: r.to}}, c.pid)
		if err == nil || !strings.Contains(err.Error(), r.words) || r.errno != 0 && !errors.Is(err, r.errno) {
			t.Errorf("%q as %q: %v; want %v and %s", r.name, r.to, err, r.errno, r.words)
		}
		same(t, "host", h.tell(), ours)
		same(t, "container", c.tell(), its)
	}
}

// TestOtherNames: a name that a device has besides its own is taken, too, and is
// not what a configuration has to say.
func TestOtherNames(t *testing.T) {
	h, c := host(t), newContainer(t)
	h.make("one", "peer")
	c.make("its", "p")
	err := c.otherName("its", "taken-besides")
	if errors.Is(err, unix.EOPNOTSUPP) {
		t.Skip("names besides come with Linux 5.5: ", err)
	}
	must(t, err)
	must(t, h.otherName("one", "another-name-of-one"))
	must(t, h.otherName("one", "another"))
	for _, test := range []struct{ name, to, words string }{
		{"one", "taken-besides", "already"}, {"another", "", `"one"`},
	} {
		err := move(map[string]specs.LinuxNetDevice{test.name: {Name: test.to}}, c.pid)
		if err == nil || !strings.Contains(err.Error(), test.words) {
			t.Errorf("%q as %q: %v", test.name, test.to, err)
		}
	}
	must(t, move(map[string]specs.LinuxNetDevice{"one": {}}, c.pid))
	same(t, "found by the other name", c.find("another").name, "one")
}

// TestFixed: bridges stay where they are made.
func TestFixed(t *testing.T) {
	h, c := host(t), newContainer(t)
	if err := h.newLink("bridge", "bridge", nil); err != nil {
		t.Skip("no bridges here: ", err)
	}
	t.Cleanup(func() { h.remove("bridge") })
	h.make("a", "peer")
	before := h.tell()
	err := move(map[string]specs.LinuxNetDevice{"a": {}, "bridge": {}}, c.pid)
	t.Log(err)
	if err == nil || !strings.Contains(err.Error(), `"bridge"`) || !strings.Contains(err.Error(), "namespace") {
		t.Error("a bridge was moved: ", err)
	}
	same(t, "host", h.tell(), before)
	same(t, "container", strings.Join(c.names(), " "), "")
}

// TestNoNamespace: there is none of the container's own.
func TestNoNamespace(t *testing.T) {
	h := host(t)
	h.make("one", "peer")
	before := h.tell()
	for pid, words := range map[int]string{os.Getpid(): "the network namespace that they are in", 1 << 30: "no such file", -1: "no such file", 0: "no such file"} {
		err := move(map[string]specs.LinuxNetDevice{"one": {Name: "other"}}, pid)
		if err == nil || !strings.Contains(err.Error(), words) {
			t.Errorf("process %d: %v", pid, err)
		}
	}
	same(t, "host", h.tell(), before)
}
