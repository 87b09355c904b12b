package netdevice

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"syscall"
	"testing"

	specs "github.com/opencontainers/runtime-spec/specs-go"
	"golang.org/x/sys/unix"

	"isle/internal/netlink"
)

// The tests are the host: they run in a network namespace of their own, in which
// they are root, whoever starts them.
const (
	within  = "ISLE_TEST_NETDEVICE"
	asHost  = "host"
	asInner = "container"
)

func TestMain(m *testing.M) {
	switch os.Getenv(within) {
	case asHost:
		os.Exit(m.Run())
	case asInner: // until the test closes the other end
		io.Copy(io.Discard, os.Stdin)
		os.Exit(0)
	}
	cmd := again(asHost, os.Args[1:]...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	cmd.SysProcAttr.Pdeathsig = syscall.SIGKILL
	if os.Geteuid() != 0 {
		asRoot(cmd)
	}
	err := cmd.Run()
	if errors.Is(err, unix.EPERM) || errors.Is(err, unix.EACCES) || errors.Is(err, unix.ENOSPC) {
		fmt.Println("skipped: this user may make no network namespace:", err)
		os.Exit(0)
	}
	if cmd.ProcessState == nil {
		fmt.Println(err)
		os.Exit(1)
	}
	os.Exit(cmd.ProcessState.ExitCode())
}

// again is this program in a new network namespace.
func again(as string, args ...string) *exec.Cmd {
	cmd := exec.Command("/proc/self/exe", args...)
	cmd.Args[0] = os.Args[0]
	cmd.Env = append(os.Environ(), within+"="+as)
	cmd.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWNET}
	return cmd
}

// asRoot has a command be root of a new user namespace that owns the others.
func asRoot(cmd *exec.Cmd) {
	cmd.SysProcAttr.Cloneflags |= syscall.CLONE_NEWUSER
	cmd.SysProcAttr.UidMappings = []syscall.SysProcIDMap{{HostID: os.Geteuid(), Size: 1}}
	cmd.SysProcAttr.GidMappings = []syscall.SysProcIDMap{{HostID: os.Getegid(), Size: 1}}
}

// container is a process in a network namespace of its own, and a socket there.
type container struct {
	world
	pid int
}

// world is a network namespace, to be changed and looked at: by its own socket,
// and by one for package netlink, whose questions are laxer.
type world struct {
	t   *testing.T
	s   socket
	lax int
}

func newWorld(t *testing.T, space int) world {
	t.Helper()
	s, err := openIn(space)
	must(t, err)
	t.Cleanup(func() { unix.Close(int(s)) })
	lax, err := openIn(space)
	must(t, err)
	t.Cleanup(func() { unix.Close(int(lax)) })
	must(t, unix.SetsockoptInt(int(lax), unix.SOL_NETLINK, unix.NETLINK_GET_STRICT_CHK, 0))
	return world{t, s, int(lax)}
}

func newContainer(t *testing.T, change ...func(*exec.Cmd)) *container {
	t.Helper()
	cmd := again(asInner)
	for _, c := range change {
		c(cmd)
	}
	end, err := cmd.StdinPipe()
	must(t, err)
	must(t, cmd.Start())
	t.Cleanup(func() { end.Close(); cmd.Wait() })
	space, err := openFile(fmt.Sprintf("/proc/%d/ns/net", cmd.Process.Pid))
	must(t, err)
	defer unix.Close(space)
	return &container{newWorld(t, space), cmd.Process.Pid}
}

// move moves devices for good.
func move(devices map[string]specs.LinuxNetDevice, pid int) error {
	m, err := Move(devices, pid)
	m.Close()
	return err
}

// host is the namespace of this process.
func host(t *testing.T) *world {
	t.Helper()
	space, err := openFile("/proc/self/ns/net")
	must(t, err)
	defer unix.Close(space)
	w := newWorld(t, space)
	return &w
}

// make makes a pair of devices. It ends with the test, wherever it is by then.
func (w *world) make(name, peer string) {
	w.t.Helper()
	const vethInfoPeer = 1 // VETH_INFO_PEER of linux/veth.h
	other := addText(make([]byte, unix.SizeofIfInfomsg), unix.IFLA_IFNAME, peer)
	err := w.newLink(name, "veth", add(nil, vethInfoPeer, other))
	if errors.Is(err, unix.EOPNOTSUPP) {
		w.t.Skip("this kernel has no veth(4): ", err)
	}
	must(w.t, err)
	w.t.Cleanup(func() { w.remove(name, peer) })
}

func (w *world) newLink(name, kind string, data []byte) error {
	info := addText(nil, unix.IFLA_INFO_KIND, kind)
	if data != nil {
		info = add(info, unix.IFLA_INFO_DATA, data)
	}
	m := addText(make([]byte, unix.SizeofIfInfomsg), unix.IFLA_IFNAME, name)
	_, err := w.s.ask(unix.RTM_NEWLINK, unix.NLM_F_CREATE|unix.NLM_F_EXCL, add(m, unix.IFLA_LINKINFO, info))
	return err
}

// remove removes those of the devices that are there.
func (w *world) remove(names ...string) {
	for _, name := range names {
		if l, err := w.s.find(name); err == nil {
			w.s.ask(unix.RTM_DELLINK, 0, about(l.index, 0))
		}
	}
}

func (w *world) find(name string) *link {
	w.t.Helper()
	l, err := w.s.find(name)
	must(w.t, err)
	return l
}

// set changes attributes of a device.
func (w *world) set(name string, attributes func(m []byte) []byte) {
	w.t.Helper()
	must(w.t, w.s.change(attributes(about(w.find(name).index, 0))))
}

func (w *world) up(names ...string) {
	w.t.Helper()
	for _, name := range names {
		must(w.t, w.s.setUp(w.find(name).index))
	}
}

// otherName gives a device a name besides.
func (w *world) otherName(name, other string) error {
	const newLinkProp = 108 // RTM_NEWLINKPROP
	list := addText(nil, unix.IFLA_ALT_IFNAME, other)
	m := add(about(w.find(name).index, 0), unix.IFLA_PROP_LIST|unix.NLA_F_NESTED, list)
	_, err := w.s.ask(newLinkProp, unix.NLM_F_CREATE|unix.NLM_F_EXCL, m)
	return err
}

// names are those of all devices but the loopback.
func (w *world) names() []string {
	w.t.Helper()
	links, err := netlink.Links(w.lax)
	must(w.t, err)
	names := []string{}
	for _, l := range links {
		if l.Name != "lo" {
			names = append(names, l.Name)
		}
	}
	slices.Sort(names)
	return names
}

// tell is all of the namespace that tests compare, a line a thing, with names for
// indices. Only what the kernel makes of hardware addresses is left out, for that
// takes a second.
func (w *world) tell() string {
	w.t.Helper()
	links, err := netlink.Links(w.lax)
	must(w.t, err)
	names := map[int]string{}
	for _, l := range links {
		names[l.Index] = l.Name
	}
	lines := []string{""}
	for _, l := range links {
		lines = append(lines, fmt.Sprint(l.Name, " ", l.Kind, " up ", l.Up, " MTU ", l.MTU, " ", l.Hardware, " port of ", names[l.Master]))
		list, err := w.s.addresses(uint32(l.Index))
		must(w.t, err)
		for _, a := range list {
			if a[3] != unix.RT_SCOPE_LINK || a[0] != unix.AF_INET6 {
				label, _ := attribute(a, unix.SizeofIfAddrmsg, unix.IFA_LABEL)
				lines = append(lines, fmt.Sprint(l.Name, " ", a, " scope ", a[3], " lasting ", a.lasting(), " label ", text(label)))
			}
		}
	}
	routes, err := netlink.Routes(w.lax)
	must(w.t, err)
	for _, r := range routes {
		if !r.To.Addr().IsMulticast() && !r.To.Addr().IsLinkLocalUnicast() {
			lines = append(lines, fmt.Sprint("to ", r.To, " by ", r.Gateway, " out of ", names[r.Index]))
		}
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}

// words are the bytes of numbers of 32 bits, in the machine's order.
func words(list ...uint32) (b []byte) {
	for _, n := range list {
		b = binary.NativeEndian.AppendUint32(b, n)
	}
	return b
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func same[T comparable](t *testing.T, what string, got, want T) {
	t.Helper()
	if got != want {
		t.Errorf("%s:\n got %v\nwant %v", what, got, want)
	}
}
