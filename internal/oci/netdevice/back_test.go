package netdevice

import (
	"fmt"
	"os"
	"strings"
	"testing"

	specs "github.com/opencontainers/runtime-spec/specs-go"
	"golang.org/x/sys/unix"

	"isle/internal/thread"
)

// withoutIPv6 has new devices of a container have no IPv6: the kernel refuses the
// addresses of a device that comes, which nobody can see beforehand.
func withoutIPv6(t *testing.T, c *container) {
	t.Helper()
	const file = "/proc/sys/net/ipv6/conf/default/disable_ipv6"
	var err error
	thread.Run(func() {
		var space int
		if space, err = openFile(fmt.Sprintf("/proc/%d/ns/net", c.pid)); err != nil {
			return
		}
		defer unix.Close(space)
		if err = unix.Setns(space, unix.CLONE_NEWNET); err == nil {
			err = os.WriteFile(file, []byte("1"), 0)
		}
	})
	if os.IsNotExist(err) {
		t.Skip("this kernel has no IPv6: ", err)
	}
	must(t, err)
}

// TestBack: the last device fails when the others are there already. All come
// back, to what they had.
func TestBack(t *testing.T) {
	for _, test := range []struct {
		name  string
		there []string // in the container; they take indices, too
		move  map[string]specs.LinuxNetDevice
	}{
		{"same names", nil, map[string]specs.LinuxNetDevice{"a": {}, "b": {}, "down": {}, "port": {}, "z6": {}}},
		{"other names", nil, map[string]specs.LinuxNetDevice{"a": {Name: "x"}, "b": {Name: "a"}, "down": {Name: "peer-a"}, "port": {Name: "lo2"}, "z6": {Name: "z"}}},
		{"names and indices taken", []string{"a", "b", "c"}, map[string]specs.LinuxNetDevice{"a": {Name: "x%d"}, "b": {Name: "x%d"}, "down": {Name: "x%d"}, "port": {Name: "x%d"}, "z6": {Name: "z%d"}}},
	} {
		t.Run(test.name, func(t *testing.T) {
			h, c := host(t), newContainer(t)
			withoutIPv6(t, c)
			furnish(t, h)
			for _, name := range test.there {
				c.make(name, "other-"+name)
			}
			ours, its := h.tell(), c.tell()
			err := move(test.move, c.pid)
			if err == nil || !strings.Contains(err.Error(), `"z6"`) || !strings.Contains(err.Error(), "2001:db8:6::1/64") || !strings.Contains(err.Error(), "disable_ipv6") {
				t.Errorf("IPv6 where there is none: %v", err)
			}
			same(t, "problems", strings.Count(err.Error(), "\n"), 0)
			same(t, "container", c.tell(), its)
			same(t, "host", h.tell(), ours)
		})
	}
}

// TestBackFromTheDead: the container ends when its devices have come. They can be
// brought back all the same, to what they had.
func TestBackFromTheDead(t *testing.T) {
	h := host(t)
	furnish(t, h)
	ours, before := h.tell(), descriptors(t)
	cmd := again(asInner)
	end, err := cmd.StdinPipe()
	must(t, err)
	must(t, cmd.Start())
	m, err := Move(map[string]specs.LinuxNetDevice{"a": {Name: "x"}, "b": {Name: "x%d"}, "down": {}, "port": {}, "z6": {}}, cmd.Process.Pid)
	end.Close()
	must(t, cmd.Wait())
	must(t, err)
	must(t, m.Back())
	m.Close()
	same(t, "host", h.tell(), ours)
	same(t, "descriptors", descriptors(t), before)
}

// furnish makes devices that have much to lose; "port" is one of a bridge, if the
// kernel has bridges.
func furnish(t *testing.T, h *world) {
	t.Helper()
	for _, name := range []string{"a", "b", "down", "port", "z6"} {
		h.make(name, "peer-"+name)
	}
	h.up("a", "b", "port", "z6", "peer-a", "peer-b", "peer-port", "peer-z6")
	h.address("a", given{prefix: "192.0.2.5/24", label: "a:1"})
	h.address("a", given{prefix: "192.0.2.6/24"})
	h.address("a", given{prefix: "203.0.113.9/24", scope: unix.RT_SCOPE_LINK})
	h.route("a", "198.51.100.0/24", "192.0.2.1")
	h.route("a", "0.0.0.0/0", "192.0.2.2")
	h.address("b", given{prefix: "198.18.0.1/24"})
	h.address("down", given{prefix: "198.18.1.1/24"})
	h.address("z6", given{prefix: "2001:db8:6::1/64", flags: unix.IFA_F_NODAD})
	h.route("z6", "2001:db8:7::/64", "2001:db8:6::2")
	if err := h.newLink("bridge", "bridge", nil); err != nil {
		t.Log("without a bridge: ", err)
		return
	}
	t.Cleanup(func() { h.remove("bridge") })
	h.up("bridge")
	h.set("port", func(m []byte) []byte { return addNumber(m, unix.IFLA_MASTER, h.find("bridge").index) })
}
