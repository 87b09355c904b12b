package oci_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	specs "github.com/opencontainers/runtime-spec/specs-go"
	"golang.org/x/sys/unix"
)

// ownNetwork has the test's thread, and all that it starts, be in a network
// namespace of its own that stands for the host's. The thread ends with the test.
func ownNetwork(t *testing.T, commands ...string) {
	t.Helper()
	needsRoot(t)
	if _, err := exec.LookPath("ip"); err != nil {
		t.Skip("ip(8) makes the devices: ", err)
	}
	runtime.LockOSThread()
	if err := unix.Unshare(unix.CLONE_NEWNET); err != nil {
		t.Skip("no network namespace for this user: ", err)
	}
	for _, c := range commands {
		r := finish(t, exec.Command("ip", strings.Fields(c)...))
		if r.code != 0 && strings.Contains(r.err, "not supported") {
			t.Skip("the kernel has no such device: ", r.err)
		}
		same(t, "ip "+c, r.code, 0)
	}
}

// onHost is what ip says of a device on the host, empty if it has none.
func onHost(t *testing.T, device string) string {
	t.Helper()
	return finish(t, exec.Command("ip", "-oneline", "address", "show", "dev", device)).out
}

// TestNetDevices: the device is in the container before any hook runs, with its
// address and its new name, and up.
func TestNetDevices(t *testing.T) {
	t.Parallel()
	ownNetwork(t, "link add out type veth peer name other", "link set other up", "address add 192.0.2.7/24 dev out")
	witness := filepath.Join(ownDir, "hook-of-netdevices")
	b := newBundle(t, func(s *specs.Spec) {
		script(s, "busybox ip -o -4 address show eth0; cat /sys/class/net/eth0/flags")
		s.Linux.NetDevices = map[string]specs.LinuxNetDevice{"out": {Name: "eth0"}}
		s.Hooks = &specs.Hooks{CreateRuntime: []specs.Hook{{Path: "/bin/sh", Args: []string{"sh", "-c", "ip link show out >/dev/null 2>&1; echo $? >" + witness}, Env: []string{"PATH=" + os.Getenv("PATH")}}}}
	})
	b.good("create", b.id)
	said, err := os.ReadFile(witness)
	must(t, err)
	same(t, "the hook found it on the host", string(said), "1\n")
	same(t, "on the host", onHost(t, "out"), "")
	b.good("delete", "--force", b.id)

	finish(t, exec.Command("ip", "link", "delete", "other"))
	ownNetwork(t, "link add out type veth peer name other", "link set other up", "address add 192.0.2.7/24 dev out")
	got := b.run()
	has(t, got, "192.0.2.7/24", "eth0", "0x1003")
}

// TestNetDeviceThatCannotGo: nothing is left of the container, and the device is
// where it was.
func TestNetDeviceThatCannotGo(t *testing.T) {
	t.Parallel()
	ownNetwork(t, "link add one type veth peer name two", "address add 192.0.2.7/24 dev one", "link set one up")
	for device, words := range map[string]string{"absent": "absent", "lo": "lo"} {
		b := newBundle(t, func(s *specs.Spec) {
			s.Linux.NetDevices = map[string]specs.LinuxNetDevice{"one": {}, device: {Name: "else"}}
		})
		before := onHost(t, "one")
		b.bad([]string{words, "network device"}, "create", b.id)
		same(t, "the good one", onHost(t, "one"), before)
		same(t, "left", strings.Join(b.left(), "\n"), "")
	}
}

// TestNetDeviceOfNoContainer: a create that fails when the device has gone already
// brings it back, for it would end with the container's network namespace.
func TestNetDeviceOfNoContainer(t *testing.T) {
	t.Parallel()
	ownNetwork(t, "link add one type veth peer name two", "link set two up", "address add 192.0.2.7/24 dev one", "link set one up", "route add 198.51.100.0/24 via 192.0.2.1")
	tell := func() string { // but for the device's number
		_, addresses, _ := strings.Cut(finish(t, exec.Command("ip", "-4", "-oneline", "address", "show", "dev", "one")).out, ": ")
		return addresses + finish(t, exec.Command("ip", "route")).out
	}
	before := tell()
	for name, change := range map[string]func(s *specs.Spec){
		"createRuntime":   func(s *specs.Spec) { s.Hooks = hooksOf("createRuntime", shellHook("createRuntime", "exit 3")) },
		"createContainer": func(s *specs.Spec) { s.Hooks = hooksOf("createContainer", shellHook("createContainer", "exit 3")) },
		"no such file":    func(s *specs.Spec) { s.Process.Args = []string{"/absent"} },
		"nosuchfs": func(s *specs.Spec) {
			s.Mounts = append(s.Mounts, specs.Mount{Destination: "/mnt", Type: "nosuchfs", Source: "none"})
		},
	} {
		b := newBundle(t, func(s *specs.Spec) {
			s.Linux.NetDevices = map[string]specs.LinuxNetDevice{"one": {Name: "eth0"}}
			change(s)
		})
		for _, verb := range []string{"create", "run"} {
			b.bad([]string{name}, verb, b.id)
			same(t, verb+" with "+name, tell(), before)
			same(t, "left", strings.Join(b.left(), "\n"), "")
		}
	}
}
