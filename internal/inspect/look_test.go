package inspect

import (
	"bufio"
	"errors"
	"net"
	"net/netip"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"isle/internal/caps"
	"isle/internal/netlink"
	"isle/ns"
)

// started starts util-linux's unshare with a shell that prints a line when it
// is ready and then sleeps; it is skipped if this user may make no such
// namespaces.
func started(t *testing.T, options, script string) *Process {
	t.Helper()
	if os.Geteuid() != 0 {
		options += " --map-root-user"
	}
	words := append(strings.Fields(options), "sh", "-ec", script+"\necho ready; exec sleep 60")
	if out, err := exec.Command("unshare", append(strings.Fields(options), "true")...).CombinedOutput(); err != nil {
		t.Skipf("unshare %s: %v: %s", options, err, out)
	}
	cmd := exec.Command("unshare", words...)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { cmd.Process.Kill(); cmd.Wait() })
	if line, err := bufio.NewReader(out).ReadString('\n'); err != nil || line != "ready\n" {
		t.Fatalf("%q: %v", line, err)
	}
	for range 200 { // until the shell is the program
		if text, _ := os.ReadFile("/proc/" + strconv.Itoa(cmd.Process.Pid) + "/comm"); string(text) == "sleep\n" {
			break
		}
		time.Sleep(5 * time.Millisecond)
	}
	p, err := Look(cmd.Process.Pid)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// TestLookInside sees what only exists in the namespaces of another process.
func TestLookInside(t *testing.T) {
	p := started(t, "--net --uts --ipc --mount", `
		ip link set lo up
		ip link add left type veth peer name right
		ip link set left up
		ip address add 10.1.2.3/24 dev left
		ip route add 10.9.0.0/16 via 10.1.2.4
		hostname inside
		ipcmk --shmem 4096 >/dev/null
		ipcmk --semaphore 3 >/dev/null
		mount -t tmpfs -o nosuid,size=1m box /mnt
		mkdir /mnt/queues
		mount -t mqueue mqueue /mnt/queues
		touch /mnt/queues/letters`)
	if len(p.Unread) > 0 {
		t.Errorf("unread: %+v", p.Unread)
	}
	if p.Names == nil || p.Names.Host != "inside" {
		t.Errorf("names: %+v", p.Names)
	}
	if p.IPC == nil || len(p.IPC.Memory) != 1 || p.IPC.Memory[0].Size != 4096 || len(p.IPC.Semaphores) != 1 || p.IPC.Semaphores[0].Size != 3 || len(p.IPC.Messages) != 0 {
		t.Errorf("ipc: %+v", p.IPC)
	}
	if queues := p.IPC.Queues; queues != nil && !slices.Equal(queues, []string{"letters"}) || queues == nil && os.Geteuid() == 0 {
		t.Errorf("queues: %q", queues)
	}
	checkNetwork(t, p.Network)
	if m := p.At("/mnt/x"); m == nil || m.Type != "tmpfs" || m.Source != "box" || !m.Has("nosuid") || m.Has("ro") {
		t.Errorf("mount: %+v", m)
	}
	if id, _ := ns.IDOf(0, ns.Net); p.NS[ns.Net] == id.Ino || p.NS[ns.Net] == 0 {
		t.Errorf("namespaces: %v", p.NS)
	}
}

func checkNetwork(t *testing.T, n *Network) {
	t.Helper()
	find := func(name string) *netlink.Link {
		for i := range n.Links {
			if n.Links[i].Name == name {
				return &n.Links[i]
			}
		}
		t.Fatalf("no %s in %+v", name, n.Links)
		return nil
	}
	left, right := find("left"), find("right")
	if left.Kind != "veth" || left.Peer != right.Index || right.Peer != left.Index || left.PeerID != -1 || !left.Up || right.Up || len(left.Hardware) != 17 || len(n.Links) != 3 {
		t.Errorf("links: %+v", n.Links)
	}
	if !slices.Contains(n.Addresses, netlink.Address{Index: left.Index, Prefix: netip.MustParsePrefix("10.1.2.3/24")}) {
		t.Errorf("addresses: %+v", n.Addresses)
	}
	if !slices.Contains(n.Routes, netlink.Route{To: netip.MustParsePrefix("10.9.0.0/16"), Gateway: netip.MustParseAddr("10.1.2.4"), Index: left.Index}) {
		t.Errorf("routes: %+v", n.Routes)
	}
}

// endAll ends the processes of a network namespace.
func endAll(t *testing.T, inode uint64) {
	s, err := ns.Scan()
	if err != nil {
		t.Fatal(err)
	}
	if n := s.Find(inode); n != nil {
		for _, pid := range n.Held.Processes {
			if p, err := os.FindProcess(pid); err == nil {
				p.Kill()
			}
		}
	}
}

// TestLookListening: what waits for connections in another network namespace,
// and not what does here.
func TestLookListening(t *testing.T) {
	if _, err := exec.LookPath("busybox"); err != nil {
		t.Skip("there is no busybox to listen with")
	}
	here, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer here.Close()
	p := started(t, "--net", `
		ip link set lo up
		busybox nc -l -p 7531 >/dev/null 2>&1 &
		while ! grep -q ' [0-9A-F]*:1D6B ' /proc/net/tcp /proc/net/tcp6; do sleep 0.01; done`)
	t.Cleanup(func() { endAll(t, p.NS[ns.Net]) })
	ports := func(p *Process) (list []uint16) {
		for _, port := range p.Network.Listening {
			list = append(list, port.Local.Port())
		}
		return list
	}
	if got := ports(p); !slices.Contains(got, 7531) || len(p.Unread) > 0 {
		t.Errorf("%v, %v", got, p.Unread)
	}
	me, _ := Look(0)
	mine := here.Addr().(*net.TCPAddr).AddrPort().Port()
	if got := ports(me); !slices.Contains(got, mine) || slices.Contains(ports(p), mine) {
		t.Errorf("here: %v", got)
	}
	// The table of /proc has the same.
	text, _ := p.read("net/tcp")
	text6, _ := p.read("net/tcp6")
	slow := append(parsePorts(text, "tcp", "0A"), parsePorts(text6, "tcp6", "0A")...)
	if len(slow) != len(p.Network.Listening) {
		t.Errorf("%v by the table, %v by sock_diag", slow, p.Network.Listening)
	}
}

// TestLookSelf compares what is read of this process with what it knows itself.
func TestLookSelf(t *testing.T) {
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	defer w.Close()
	p, err := Look(0)
	if err != nil {
		t.Fatal(err)
	}
	host, _ := os.Hostname()
	c := p.Credentials
	if len(p.Unread) > 0 || p.PID != os.Getpid() || p.PPID != os.Getppid() || int(c.UIDs[1]) != os.Geteuid() || int(c.GIDs[0]) != os.Getgid() || p.Names.Host != host || c.Permitted != caps.Held() || c.Threads < 1 {
		t.Errorf("%+v", p)
	}
	for fd, write := range map[int]bool{int(r.Fd()): false, int(w.Fd()): true} {
		i := slices.IndexFunc(p.Descriptors, func(d Descriptor) bool { return d.FD == fd })
		if i < 0 || p.Descriptors[i].Write != write || !strings.HasPrefix(p.Descriptors[i].Target, "pipe:[") {
			t.Errorf("descriptor %d: %+v", fd, p.Descriptors)
		}
	}
	i := slices.IndexFunc(p.Limits, func(l Limit) bool { return l.Name == "Max open files" })
	if i < 0 || p.Limits[i].Hard == "" || strings.Trim(p.Limits[i].Soft, "0123456789") != "" {
		t.Errorf("limits: %+v", p.Limits)
	}
}

// TestLookLeaksNothing counts the descriptors that are open here.
func TestLookLeaksNothing(t *testing.T) {
	count := func() int {
		list, err := os.ReadDir("/proc/self/fd")
		if err != nil {
			t.Fatal(err)
		}
		return len(list)
	}
	p := started(t, "--net --uts", "")
	before := count()
	for range 3 {
		if _, err := Look(p.PID); err != nil {
			t.Fatal(err)
		}
	}
	if after := count(); after != before {
		t.Errorf("%d descriptors before, %d after", before, after)
	}
}

func TestLookGone(t *testing.T) {
	if _, err := Look(1<<22 - 1); !errors.As(err, new(*GoneError)) {
		t.Error(err)
	}
}

// TestSharedDescriptors: what a child was given is shared, a file opened anew
// is not.
func TestSharedDescriptors(t *testing.T) {
	shared, err := os.Open("/etc/passwd")
	if err != nil {
		t.Fatal(err)
	}
	defer shared.Close()
	cmd := exec.Command("sh", "-c", "exec 8</etc/passwd; echo; exec sleep 60")
	cmd.ExtraFiles = []*os.File{shared}
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	defer func() { cmd.Process.Kill(); cmd.Wait() }()
	bufio.NewReader(out).ReadByte()
	me, _ := Look(0)
	child, err := Look(cmd.Process.Pid)
	if err != nil {
		t.Fatal(err)
	}
	list, err := SharedDescriptors(me, child)
	if errors.Is(err, syscall.ENOSYS) {
		t.Skip("the kernel has no kcmp(2)")
	}
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Contains(list, SharedDescriptor{int(shared.Fd()), 3, "/etc/passwd"}) || slices.ContainsFunc(list, func(s SharedDescriptor) bool { return s.B == 8 }) {
		t.Errorf("%+v", list)
	}
}
