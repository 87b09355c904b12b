package netlink

import (
	"encoding/binary"
	"errors"
	"net"
	"os"
	"slices"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

// FuzzParse gives the parsers bytes that no kernel would send.
func FuzzParse(f *testing.F) {
	if fd, err := Socket(); err == nil {
		for _, what := range []uint16{unix.RTM_GETLINK, unix.RTM_GETADDR, unix.RTM_GETROUTE} {
			dump(fd, what, everything[:], func(data []byte) { f.Add(data) })
		}
		unix.Close(fd)
	}
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, data []byte) {
		if l, ok := parseLink(data); ok && len(data) < unix.SizeofIfInfomsg {
			t.Errorf("a link from %d bytes: %+v", len(data), l)
		}
		if a, ok := parseAddress(data); ok && !a.Prefix.Addr().IsValid() {
			t.Errorf("%+v", a)
		}
		if r, ok := parseRoute(data); ok && !r.To.IsValid() {
			t.Errorf("%+v", r)
		}
		if a, ok := parseSocket(data); ok && !a.IsValid() {
			t.Errorf("%+v", a)
		}
	})
}

// TestLoopback: every network namespace has one, at index 1.
func TestLoopback(t *testing.T) {
	fd, err := Socket()
	if err != nil {
		t.Fatal(err)
	}
	defer unix.Close(fd)
	links, err := Links(fd)
	if err != nil || len(links) == 0 || links[0].Index != 1 || links[0].Name != "lo" || links[0].MTU == 0 {
		t.Errorf("%+v, %v", links, err)
	}
	if id, ok := NSID(fd, ByPID, os.Getpid()); !ok || id < -1 {
		t.Errorf("number of this very namespace: %d, %v", id, ok)
	}
	if _, ok := NSID(fd, ByFD, 1<<20); ok {
		t.Error("a namespace from a descriptor that is not open")
	}
}

func TestRefusal(t *testing.T) {
	if err := dump(-1, unix.RTM_GETLINK, everything[:], nil); err == nil {
		t.Error("a dump from no socket")
	}
	if err := refusal([]byte{255, 255, 255, 255}); err.Error() != "netlink: "+syscall.EPERM.Error() {
		t.Error(err)
	}
}

// TestDumpFails: the kernel tells of an error that it meets within a list at the
// end of that, as of a device that is not there.
func TestDumpFails(t *testing.T) {
	fd, err := Socket()
	if err != nil {
		t.Fatal(err)
	}
	defer unix.Close(fd)
	if err := unix.SetsockoptInt(fd, unix.SOL_NETLINK, unix.NETLINK_GET_STRICT_CHK, 1); err != nil {
		t.Skip("no NETLINK_GET_STRICT_CHK, without which the kernel looks at no device: ", err)
	}
	request := make([]byte, unix.SizeofIfAddrmsg)
	request[0] = unix.AF_INET
	binary.NativeEndian.PutUint32(request[4:], 1<<30)
	err = dump(fd, unix.RTM_GETADDR, request, func([]byte) { t.Error("an address of no device") })
	if !errors.Is(err, unix.ENODEV) {
		t.Error(err)
	}
	binary.NativeEndian.PutUint32(request[4:], 1) // the loopback
	if err := dump(fd, unix.RTM_GETADDR, request, func([]byte) {}); err != nil {
		t.Error("after that: ", err)
	}
}

// TestListening finds sockets of both families, and none that is connected.
func TestListening(t *testing.T) {
	fd, err := unix.Socket(unix.AF_NETLINK, unix.SOCK_RAW|unix.SOCK_CLOEXEC, unix.NETLINK_SOCK_DIAG)
	if err != nil {
		t.Skip("no sock_diag(7): ", err)
	}
	defer unix.Close(fd)
	for _, address := range []string{"127.0.0.1:0", "[::1]:0"} {
		l, err := net.Listen("tcp", address)
		if err != nil {
			t.Log("not looked for: ", err)
			continue
		}
		defer l.Close()
		c, err := net.Dial("tcp", l.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		list, err := Listening(fd)
		if errors.Is(err, unix.ENOENT) {
			t.Skip("the kernel has no tcp_diag")
		}
		if err != nil {
			t.Fatal(err)
		}
		here := l.Addr().(*net.TCPAddr).AddrPort()
		if !slices.Contains(list, here) || slices.Contains(list, c.LocalAddr().(*net.TCPAddr).AddrPort()) {
			t.Errorf("%v is not among %v, or its client is", here, list)
		}
	}
}
