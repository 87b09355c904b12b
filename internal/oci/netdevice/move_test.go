package netdevice

import (
	"fmt"
	"net/netip"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	specs "github.com/opencontainers/runtime-spec/specs-go"
	"golang.org/x/sys/unix"

	"isle/internal/netlink"
)

// given describes an address that a test gives to a device.
type given struct {
	prefix string
	scope  byte
	label  string
	short  bool // it is valid for a while only
	flags  uint32
}

// address gives a device an address.
func (w *world) address(name string, g given) {
	w.t.Helper()
	p := netip.MustParsePrefix(g.prefix)
	family := byte(unix.AF_INET)
	if p.Addr().Is6() {
		family = unix.AF_INET6
	}
	m := append([]byte{family, byte(p.Bits()), 0, g.scope}, words(w.find(name).index)...)
	m = add(m, unix.IFA_LOCAL, p.Addr().AsSlice())
	m = add(m, unix.IFA_ADDRESS, p.Addr().AsSlice())
	if g.label != "" {
		m = addText(m, unix.IFA_LABEL, g.label)
	}
	if g.flags != 0 {
		m = addNumber(m, unix.IFA_FLAGS, g.flags)
	}
	if g.short {
		m = add(m, unix.IFA_CACHEINFO, words(500, 1000, 0, 0))
	}
	_, err := w.s.ask(unix.RTM_NEWADDR, unix.NLM_F_CREATE|unix.NLM_F_EXCL, m)
	must(w.t, err)
}

// route adds a route to the main table.
func (w *world) route(name, to, gateway string) {
	w.t.Helper()
	p, g := netip.MustParsePrefix(to), netip.MustParseAddr(gateway)
	family := byte(unix.AF_INET)
	if p.Addr().Is6() {
		family = unix.AF_INET6
	}
	m := append([]byte{family, byte(p.Bits()), 0, 0, unix.RT_TABLE_MAIN, unix.RTPROT_STATIC, unix.RT_SCOPE_UNIVERSE, unix.RTN_UNICAST}, words(0)...)
	m = add(m, unix.RTA_DST, p.Addr().AsSlice())
	m = add(m, unix.RTA_GATEWAY, g.AsSlice())
	_, err := w.s.ask(unix.RTM_NEWROUTE, unix.NLM_F_CREATE|unix.NLM_F_EXCL, addNumber(m, unix.RTA_OIF, w.find(name).index))
	must(w.t, err)
}

// addressesOf tells of a device's addresses, but those that the kernel makes.
func (w *world) addressesOf(name string) string {
	w.t.Helper()
	list, err := w.s.addresses(w.find(name).index)
	must(w.t, err)
	var lines []string
	for _, a := range list {
		if a[0] == unix.AF_INET6 && a[3] == unix.RT_SCOPE_LINK {
			continue
		}
		label, _ := attribute(a, unix.SizeofIfAddrmsg, unix.IFA_LABEL)
		flags := number(a, unix.SizeofIfAddrmsg, unix.IFA_FLAGS) &^ unix.IFA_F_TENTATIVE
		lines = append(lines, strings.TrimSpace(fmt.Sprintf("%v %#x %s", a, flags, text(label))))
	}
	slices.Sort(lines)
	return strings.Join(lines, ", ")
}

// TestMove: what the device is stays, what lasts of its addresses too.
func TestMove(t *testing.T) {
	h, c := host(t), newContainer(t)
	h.make("out", "peer")
	hardware := []byte{2, 0, 0, 0xab, 0xcd, 0xef}
	h.set("out", func(m []byte) []byte {
		m = add(addNumber(m, unix.IFLA_MTU, 1321), unix.IFLA_ADDRESS, hardware)
		return addNumber(addText(m, unix.IFLA_IFALIAS, "what it is for"), unix.IFLA_TXQLEN, 77)
	})
	h.up("out", "peer")
	for _, g := range []given{
		{prefix: "192.0.2.5/24"}, {prefix: "192.0.2.6/24", label: "out:second"}, {prefix: "198.51.100.1/32", label: "elsewhere"},
		{prefix: "203.0.113.9/24", scope: unix.RT_SCOPE_LINK}, {prefix: "198.18.0.10/24", scope: unix.RT_SCOPE_SITE},
		{prefix: "198.51.100.9/24", short: true}, {prefix: "2001:db8::5/64"}, {prefix: "2001:db8:1::6/64", flags: unix.IFA_F_NODAD | unix.IFA_F_NOPREFIXROUTE},
		{prefix: "2001:db8:2::7/64", short: true},
	} {
		h.address("out", g)
	}
	must(t, move(map[string]specs.LinuxNetDevice{"out": {Name: "eth0"}}, c.pid))

	same(t, "devices on the host", strings.Join(h.names(), " "), "peer")
	same(t, "devices in the container", strings.Join(c.names(), " "), "eth0")
	links, err := netlink.Links(c.lax)
	must(t, err)
	l := links[slices.IndexFunc(links, func(l netlink.Link) bool { return l.Name == "eth0" })]
	same(t, "what it is", fmt.Sprint(l.Kind, " ", l.MTU, " ", l.Hardware, " ", l.Up), "veth 1321 02:00:00:ab:cd:ef true")
	same(t, "addresses", c.addressesOf("eth0"), "192.0.2.5/24 0x80 eth0, 192.0.2.6/24 0x81 eth0:second, 198.51.100.1/32 0x80 eth0, "+
		"2001:db8:1::6/64 0x282, 2001:db8::5/64 0x80")
	found, err := c.s.ask(unix.RTM_GETLINK, 0, about(uint32(l.Index), 0))
	must(t, err)
	alias, _ := attribute(found[0], unix.SizeofIfInfomsg, unix.IFLA_IFALIAS)
	same(t, "alias", text(alias), "what it is for")
	same(t, "queue", number(found[0], unix.SizeofIfInfomsg, unix.IFLA_TXQLEN), 77)
	for _, want := range []string{"to 192.0.2.0/24 by invalid IP out of eth0", "to 2001:db8::/64 by invalid IP out of eth0"} {
		if !strings.Contains(c.tell(), want) {
			t.Errorf("no route %q in\n%s", want, c.tell())
		}
	}
}

// TestNames: the container's names and the host's have nothing to do with each
// other.
func TestNames(t *testing.T) {
	for _, test := range []struct {
		there []string // in the container
		move  map[string]specs.LinuxNetDevice
		want  string
	}{
		{nil, map[string]specs.LinuxNetDevice{"one": {}}, "one"},
		{nil, map[string]specs.LinuxNetDevice{"one": {Name: "one"}, "two": {}}, "one two"},
		{nil, map[string]specs.LinuxNetDevice{"one": {Name: "two"}, "two": {Name: "one"}}, "one two"},
		{nil, map[string]specs.LinuxNetDevice{"one": {Name: "two"}, "two": {Name: "three"}}, "three two"},
		{[]string{"one"}, map[string]specs.LinuxNetDevice{"one": {Name: "fifteen-letters"}}, "fifteen-letters one"},
		{[]string{"one", "eth0"}, map[string]specs.LinuxNetDevice{"one": {Name: "eth%d"}}, "eth0 eth1 one"},
		{nil, map[string]specs.LinuxNetDevice{"one": {Name: "eth%d"}, "two": {Name: "eth%d"}}, "eth0 eth1"},
		{nil, map[string]specs.LinuxNetDevice{"one": {Name: "eth%d"}, "two": {Name: "eth0"}}, "eth0 eth1"},
		{nil, map[string]specs.LinuxNetDevice{"eth0": {Name: "eth%d"}}, "eth0"},
		{nil, map[string]specs.LinuxNetDevice{"eth0": {Name: "%d"}}, "0"},
		{nil, map[string]specs.LinuxNetDevice{}, ""},
		{nil, nil, ""},
	} {
		t.Run(test.want, func(t *testing.T) {
			h, c := host(t), newContainer(t)
			for _, name := range []string{"one", "two", "eth0"} {
				h.make(name, "peer-"+name)
			}
			for _, name := range test.there {
				c.make(name, "p-"+name)
			}
			before := len(h.names())
			must(t, move(test.move, c.pid))
			names := slices.DeleteFunc(c.names(), func(n string) bool { return strings.HasPrefix(n, "p-") })
			same(t, "names", strings.Join(names, " "), test.want)
			same(t, "devices left on the host", len(h.names()), before-len(test.move))
			for _, name := range names {
				same(t, name+" is up", c.find(name).up, !slices.Contains(test.there, name))
			}
		})
	}
}

// TestUserNamespace: the container's namespace belongs to its own user namespace.
func TestUserNamespace(t *testing.T) {
	h := host(t)
	h.make("one", "two")
	h.address("one", given{prefix: "192.0.2.5/24"})
	c := newContainer(t, func(cmd *exec.Cmd) { asRoot(cmd) })
	must(t, move(map[string]specs.LinuxNetDevice{"one": {}}, c.pid))
	same(t, "addresses", c.addressesOf("one"), "192.0.2.5/24 0x80 one")
	same(t, "up", c.find("one").up, true)
}

// TestNothingIsLeft: no descriptor, no thread in the other namespace.
func TestNothingIsLeft(t *testing.T) {
	h, c := host(t), newContainer(t)
	h.make("one", "two")
	c.make("two", "other")
	before := descriptors(t)
	own, err := os.Readlink("/proc/self/ns/net")
	must(t, err)
	for _, name := range []string{"one", "absent", "two"} {
		t.Log(move(map[string]specs.LinuxNetDevice{name: {}}, c.pid))
	}
	t.Log(move(map[string]specs.LinuxNetDevice{"two": {}}, os.Getpid()), move(map[string]specs.LinuxNetDevice{"two": {}}, 1<<30))
	same(t, "descriptors", descriptors(t), before)
	// A thread that was there may still be ending.
	for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(time.Millisecond) {
		there := threadsOutside(t, own)
		if there == nil {
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("this process is in %s, its threads in %q", own, there)
		}
	}
}

// threadsOutside lists the threads of this process that are in another network
// namespace than own.
func threadsOutside(t *testing.T, own string) (list []string) {
	t.Helper()
	tasks, err := os.ReadDir("/proc/self/task")
	must(t, err)
	for _, task := range tasks {
		if space, err := os.Readlink("/proc/self/task/" + task.Name() + "/ns/net"); err == nil && space != own {
			list = append(list, task.Name()+" in "+space)
		}
	}
	return list
}

func descriptors(t *testing.T) int {
	t.Helper()
	list, err := os.ReadDir("/proc/self/fd")
	must(t, err)
	return len(list)
}
